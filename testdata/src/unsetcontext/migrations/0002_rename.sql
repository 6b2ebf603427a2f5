-- The code was not changed with it.
DROP POLICY tenant ON orders;
CREATE POLICY tenant ON orders USING (tenant_id = current_setting('app.tenant_id')::uuid);
