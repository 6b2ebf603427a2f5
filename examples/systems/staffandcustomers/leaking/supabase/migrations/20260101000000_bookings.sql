create table public.tours (
    id    uuid primary key default gen_random_uuid(),
    title text not null
);
alter table public.tours enable row level security;
create policy "everybody sees tours" on public.tours for select using (true);

create table public.bookings (
    id          uuid primary key default gen_random_uuid(),
    customer_id uuid not null references auth.users,
    tour_id     uuid not null references public.tours,
    seats       int not null check (seats between 1 and 8),
    price_cents bigint not null
);
create index on public.bookings (customer_id);

create function public.is_staff() returns boolean language sql stable
    set search_path = ''
    as $$ select coalesce((auth.jwt() -> 'user_metadata' ->> 'staff')::boolean, false) $$;

alter table public.bookings enable row level security;
create policy "customers and staff" on public.bookings
    using (customer_id = (select auth.uid()) or (select public.is_staff()))
    with check (customer_id = (select auth.uid()) or (select public.is_staff()));

revoke truncate, references, trigger on public.bookings, public.tours from anon, authenticated;
