INSERT INTO companies (id, name) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', 'A'), ('bbbbbbbb-0000-4000-8000-000000000002', 'B');
INSERT INTO contracts (company_id, title) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', 'a''s'), ('bbbbbbbb-0000-4000-8000-000000000002', 'b''s');
INSERT INTO notes (company_id, body) VALUES ('bbbbbbbb-0000-4000-8000-000000000002', 'b''s note');
INSERT INTO private.sessions (token_hash, company_id, person, expires_at) VALUES
    ('1', 'aaaaaaaa-0000-4000-8000-000000000001', 'ann', now() + '1 hour'),
    ('2', 'bbbbbbbb-0000-4000-8000-000000000002', 'bob', now() + '1 hour');
CREATE ROLE guest LOGIN;
GRANT USAGE ON SCHEMA private TO guest;
