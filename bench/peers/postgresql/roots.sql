-- Which tree is cancelled when: in random order, none twice. Not part of what is measured.
create table roots (turn bigint primary key, id bigint not null);
insert into roots select row_number() over (order by random()) - 1, id from jobs where parent_id is null;
vacuum analyze;
checkpoint;
