# Run by the bootstrap container: what the database needs once, and the roles' passwords as they are in .env.
set -euo pipefail
export PGOPTIONS="-c client_min_messages=warning"
psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 -f /berth/bootstrap.sql
for service in gateway provisioner metering billing; do
  variable=BERTH_${service^^}_PASSWORD
  # psql quotes both; the password is in no command line and in no log.
  psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 <<SQL
\set role berth_$service
\getenv password $variable
alter role :"role" password :'password';
SQL
done
echo "The database is prepared."
