create table public.centres (
    id   uuid primary key default gen_random_uuid(),
    name text not null,
    max_students int not null default 30
);
alter table public.centres enable row level security;

create function public.get_current_tenant_id() returns uuid language sql stable
    set search_path = ''
    as $$ select nullif(auth.jwt() -> 'user_metadata' ->> 'tenant_id', '')::uuid $$;

create table public.students (
    id        uuid primary key default gen_random_uuid(),
    tenant_id uuid not null references public.centres,
    name      text not null
);
create index on public.students (tenant_id);
alter table public.students enable row level security;
create policy "own centre" on public.students
    using (tenant_id = (select public.get_current_tenant_id()));

revoke truncate, references, trigger on public.students, public.centres from anon, authenticated;
