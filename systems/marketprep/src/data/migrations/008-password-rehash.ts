import { sql, type Kysely } from 'kysely'

/** A vendor's own password hash can be replaced: it is made again when the parameters of hashing change. */
export const passwordRehash = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql
      .raw(
        `create function marketprep.replace_password_hash(former text, hash text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update marketprep_private.logins set password_hash = hash
    where vendor_id = marketprep.current_tenant() and password_hash = former;
  return found;
end $$`,
      )
      .execute(db)
  },
}
