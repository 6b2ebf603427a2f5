create table public.centres (
    id   uuid primary key default gen_random_uuid(),
    name text not null,
    max_students int not null default 30
);
alter table public.centres enable row level security;

create function public.get_current_tenant_id() returns uuid language sql stable
    set search_path = ''
    as $$ select nullif(auth.jwt() -> 'app_metadata' ->> 'tenant_id', '')::uuid $$;

create table public.students (
    id        uuid primary key default gen_random_uuid(),
    tenant_id uuid not null references public.centres,
    name      text not null
);
create index on public.students (tenant_id);
alter table public.students enable row level security;
create policy "own centre" on public.students
    using (tenant_id = (select public.get_current_tenant_id()));

-- The law; what the program says of it is a courtesy.
create function public.check_students_limit() returns trigger language plpgsql security definer
    set search_path = ''
    as $$
begin
    perform from public.centres where id = new.tenant_id for update;
    if (select count(*) from public.students where tenant_id = new.tenant_id)
        >= (select max_students from public.centres where id = new.tenant_id) then
        raise exception 'the plan of this centre has no room for another student';
    end if;
    return new;
end $$;
revoke execute on function public.check_students_limit() from public;
create trigger students_limit before insert on public.students
    for each row execute function public.check_students_limit();

revoke truncate, references, trigger on public.students, public.centres from anon, authenticated;
