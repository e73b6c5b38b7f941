# An OpenSSH server that speaks SFTP alone: one account per agency and office, each shut into its own folder.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends openssh-server openssh-client \
    && rm -rf /var/lib/apt/lists/* /etc/ssh/ssh_host_* \
    && mkdir -p /run/sshd
COPY sshd_config /etc/ssh/sshd_config
COPY sftp-start /usr/local/bin/sftp-start
RUN chmod 0755 /usr/local/bin/sftp-start
EXPOSE 2222
ENTRYPOINT ["sftp-start"]
