"""A whole exchange on one machine: made-up agencies, the servers, and the months run through Airflow."""
