import { sql, type Kysely } from 'kysely'

/**
 * The only ways to logins and refresh tokens. What comes before a vendor is known (finding a login, rotating a token,
 * listing vendors for background work) answers only in a transaction of the directory, the tenant with the nil UUID.
 * A tenant is proved by a signature, so no statement in a vendor's transaction can turn into one of the directory.
 */
export const accountFunctions = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const definition of [requireDirectory, createLogin, findLogin, currentLogin, listVendorIds]) {
      await sql.raw(definition).execute(db)
    }
    for (const definition of [issueRefreshToken, rotateRefreshToken, revokeRefreshFamily]) {
      await sql.raw(definition).execute(db)
    }
    await sql`revoke all on all functions in schema marketprep_private from public`.execute(db)
  },
}

const requireDirectory = `
create function marketprep_private.require_directory() returns void language plpgsql stable as $$
begin
  if marketprep.current_tenant() is distinct from '00000000-0000-0000-0000-000000000000'::uuid then
    raise insufficient_privilege using message = 'only in a transaction of the directory';
  end if;
end $$`

/** False when the address is taken. */
const createLogin = `
create function marketprep.create_login(address text, hash text, as_role text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into marketprep_private.logins (vendor_id, email, password_hash, role)
  values (marketprep.current_tenant(), address, hash, as_role) on conflict (lower(email)) do nothing;
  return found;
end $$`

const findLogin = `
create function marketprep.find_login(address text)
returns table (vendor_id uuid, email text, password_hash text, role text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform marketprep_private.require_directory();
  return query select l.vendor_id, l.email, l.password_hash, l.role
    from marketprep_private.logins l where lower(l.email) = lower(address);
end $$`

const currentLogin = `
create function marketprep.current_login() returns table (email text, role text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.email, l.role from marketprep_private.logins l where l.vendor_id = marketprep.current_tenant()
$$`

const listVendorIds = `
create function marketprep.list_vendor_ids(after uuid, at_most integer) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform marketprep_private.require_directory();
  return query select l.vendor_id from marketprep_private.logins l
    where after is null or l.vendor_id > after order by l.vendor_id limit least(at_most, 1000);
end $$`

/** Sweeps the vendor's expired tokens on the way, which bounds the table. */
const issueRefreshToken = `
create function marketprep.issue_refresh_token(hash bytea, of_family uuid, until timestamptz, at timestamptz)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from marketprep_private.refresh_tokens
    where vendor_id = marketprep.current_tenant() and expires_at < at;
  insert into marketprep_private.refresh_tokens (token_hash, vendor_id, family, expires_at)
  values (hash, marketprep.current_tenant(), of_family, until);
end $$`

/**
 * Answers 'rotated', 'unknown' (also expired and revoked), 'superseded' (rotated less than the grace ago, as two tabs
 * do: refused, nothing else) or 'reused', which revokes the family.
 */
const rotateRefreshToken = `
create function marketprep.rotate_refresh_token(
  hash bytea, next_hash bytea, until timestamptz, at timestamptz, grace interval
) returns table (outcome text, vendor_id uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare token marketprep_private.refresh_tokens;
begin
  perform marketprep_private.require_directory();
  select * into token from marketprep_private.refresh_tokens t where t.token_hash = hash for update;
  if not found or token.revoked_at is not null or token.expires_at <= at then
    return query select 'unknown', null::uuid;
  elsif token.rotated_at is null then
    update marketprep_private.refresh_tokens t set rotated_at = at where t.token_hash = hash;
    insert into marketprep_private.refresh_tokens (token_hash, vendor_id, family, expires_at)
    values (next_hash, token.vendor_id, token.family, until);
    return query select 'rotated', token.vendor_id;
  elsif token.rotated_at + grace > at then
    return query select 'superseded', token.vendor_id;
  else
    update marketprep_private.refresh_tokens t set revoked_at = at
      where t.family = token.family and t.revoked_at is null;
    return query select 'reused', token.vendor_id;
  end if;
end $$`

const revokeRefreshFamily = `
create function marketprep.revoke_refresh_family(hash bytea, at timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform marketprep_private.require_directory();
  update marketprep_private.refresh_tokens t set revoked_at = at
    where t.revoked_at is null
      and t.family = (select f.family from marketprep_private.refresh_tokens f where f.token_hash = hash);
  return found;
end $$`
