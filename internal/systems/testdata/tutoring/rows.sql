INSERT INTO centres (id, name) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', 'A'), ('bbbbbbbb-0000-4000-8000-000000000002', 'B');
INSERT INTO students (tenant_id, name) SELECT 'aaaaaaaa-0000-4000-8000-000000000001', 'a' || n FROM generate_series(1, 29) n;
INSERT INTO students (tenant_id, name) VALUES ('bbbbbbbb-0000-4000-8000-000000000002', 'b');
