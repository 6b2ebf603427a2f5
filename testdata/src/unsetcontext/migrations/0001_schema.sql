CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid NOT NULL, region_id int);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders USING (tenant_id = current_setting('app.tenant')::uuid);

CREATE TABLE parcels (id int PRIMARY KEY, region_code text NOT NULL);
ALTER TABLE parcels ENABLE ROW LEVEL SECURITY;
CREATE POLICY region ON parcels USING (region_code = current_setting('app.region_code', true));

CREATE TABLE log (id int, account text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO log VALUES (NEW.id, current_setting('app.account_name', true));
    RETURN NEW;
END $$;
CREATE TRIGGER note AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note();

CREATE TABLE depots (id int PRIMARY KEY, zone_code text NOT NULL);
ALTER TABLE depots ENABLE ROW LEVEL SECURITY;
CREATE POLICY zone ON depots USING (zone_code = current_setting('app.zone_code', true));
