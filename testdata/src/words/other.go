package words

const inOtherFile = "SET LOCAL app.tenant_id = $1"
