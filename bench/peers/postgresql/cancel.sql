\set turn :client_id + :clients * :done
\set done :done + 1
select cancel_tree(id) from roots where turn = :turn;
