-- Trees that were cancelled, and of them those with eleven cancelled jobs and eleven rows in the audit
-- that say so; then cancelled jobs that are in no such tree, which there must not be.
with cancelled as (
  select coalesce(jobs.parent_id, jobs.id) as root, count(*) as jobs, sum(audited.rows) as rows
  from jobs left join lateral (
    select count(*) as rows from audit
    where job_id = jobs.id and old_state = 'queued' and new_state = 'cancelled'
      and audit.cause = coalesce(jobs.parent_id, jobs.id)
  ) audited on true
  where jobs.state = 'cancelled'
  group by 1
)
select count(*) as trees,
       count(*) filter (where cancelled.jobs = 11 and cancelled.rows = 11) as whole,
       count(*) filter (where roots.turn is null or roots.turn >= :asked) as unasked
from cancelled left join roots on roots.id = cancelled.root;
