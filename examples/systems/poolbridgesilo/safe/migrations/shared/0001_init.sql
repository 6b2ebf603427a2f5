-- The shared database: who the tenants are, and the rows of those who share tables.
create role app login;

create table tenants (
    id         uuid primary key,
    model      text not null check (model in ('pool', 'bridge', 'silo')),
    public_key bytea not null -- what this tenant's tokens are verified with
);

create table invoices (
    id        uuid primary key default gen_random_uuid(),
    tenant_id uuid not null default nullif(current_setting('app.tenant_id', true), '')::uuid references tenants,
    cents     bigint not null
);
create index on invoices (tenant_id);

alter table invoices enable row level security;
alter table invoices force row level security;
create policy tenant on invoices
    using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));

grant select on tenants to app;
grant select, insert on invoices to app;
