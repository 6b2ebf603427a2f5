create view public.full_tours as
    select t.title, sum(b.seats) as seats
    from public.tours t join public.bookings b on b.tour_id = t.id
    group by t.title;

create materialized view public.best_customers as
    select customer_id, sum(price_cents) as spent from public.bookings group by customer_id;
