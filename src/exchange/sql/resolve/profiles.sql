-- engine: DuckDB
-- reads: row_profile
-- writes: tier_profile (one row per distinct evidence, with its attributes as a map)
-- parameters: none
create table tier_profile as
select
    profile,
    any_value(scheme) as scheme,
    any_value(number) as number,
    any_value(forbidden_scheme) as forbidden_scheme,
    any_value(forbidden_number) as forbidden_number,
    any_value(name) as name,
    any_value(words) as words,
    map {
        'name': any_value(name), 'birth_date': any_value(birth_date), 'sex': any_value(sex),
        'phone': any_value(phone), 'guardian_number': any_value(guardian_number),
        'guardian_name': any_value(guardian_name), 'health_record': any_value(health_record),
        'certificate': any_value(certificate), 'township': any_value(township)
    } as told
from row_profile
group by profile;
