-- A jobs table as a careful user would build it: a tree is created and cancelled by one call each, and
-- every change of a row leaves a row in the audit.
create type job_state as enum ('queued', 'running', 'finished', 'failed', 'cancelled');

create table jobs (
  id bigint generated always as identity primary key,
  parent_id bigint references jobs,
  state job_state not null default 'queued',
  cause bigint, -- the job whose cancel took this one along
  payload jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index jobs_children on jobs (parent_id) where parent_id is not null;
create index jobs_waiting on jobs (id) where state = 'queued'; -- for whoever works on them

create table audit (
  id bigint generated always as identity primary key,
  job_id bigint not null,
  old_state job_state,
  new_state job_state not null,
  cause bigint,
  actor name not null default current_user,
  at timestamptz not null default now()
);
create index audit_of_job on audit (job_id);

-- Once a statement and with all its rows, which is cheaper than once a row.
create function audit_created() returns trigger language plpgsql as $$
begin
  insert into audit (job_id, new_state) select id, state from added;
  return null;
end $$;

create function audit_changed() returns trigger language plpgsql as $$
begin
  insert into audit (job_id, old_state, new_state, cause)
  select after.id, before.state, after.state, after.cause
  from after join before using (id)
  where after.state is distinct from before.state;
  return null;
end $$;

create trigger audit_created after insert on jobs
  referencing new table as added for each statement execute function audit_created();
create trigger audit_changed after update on jobs
  referencing old table as before new table as after for each statement execute function audit_changed();

create function create_tree(parent_payload jsonb, child_payload jsonb, children int) returns bigint
language plpgsql as $$
declare
  parent bigint;
begin
  insert into jobs (payload) values (parent_payload) returning id into parent;
  insert into jobs (parent_id, payload) select parent, child_payload from generate_series(1, children);
  return parent;
end $$;

-- Rows are locked in the order of their ids, so that two cancels that meet cannot wait for each other.
-- By way of an array, as the planner takes a recursive query for a hundred times longer than it is, and
-- would rather read the whole table.
create function cancel_tree(root bigint) returns int language plpgsql as $$
declare
  ids bigint[];
  cancelled int;
begin
  with recursive tree as (
    select root as id
    union all
    select jobs.id from jobs join tree on jobs.parent_id = tree.id
  )
  select array_agg(id) into ids from tree;
  perform from jobs where id = any (ids) order by id for update;
  update jobs set state = 'cancelled', cause = root, updated_at = now()
  where id = any (ids) and state in ('queued', 'running');
  get diagnostics cancelled = row_count;
  return cancelled;
end $$;
