alter table core.service add column dose_date date;
comment on column core.service.dose_date is '接种日期；转录的剂次早于服务日期';

alter table mart.list_entry drop constraint ck_list_entry_list;
alter table mart.list_entry add constraint ck_list_entry_list check (
    list in (
        'inflow', 'outflow', 'pregnant', 'births', 'children_0_6', 'missed', 'missed_may', 'served',
        'due', 'unserved', 'handover'
    )
);
comment on column mart.list_entry.list is '名单：inflow outflow pregnant births children_0_6 missed missed_may served due unserved handover';
comment on table mart.list_entry is '各镇街各类名单，一行一人（served 一行一次服务，handover 一行一人一类服务）';
