/** The statements of a tenancy. Names in them were checked to need no quoting. */

/**
 * The functions that tell the tenant. `current_tenant` runs as its owner, who alone can read the key; its search path
 * is pinned, so that nothing a caller creates can stand in for what it uses. HMAC-SHA256 by RFC 2104: the key is kept
 * as its two padded forms, which leaves two calls of the built-in sha256().
 */
export function functionsSql(schema: string): string {
  return `
CREATE TABLE IF NOT EXISTS "${schema}".tenancy_key (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  inner_key bytea NOT NULL CHECK (pg_catalog.length(inner_key) = 64),
  outer_key bytea NOT NULL CHECK (pg_catalog.length(outer_key) = 64)
);

CREATE OR REPLACE FUNCTION "${schema}".current_tenant() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  token text := current_setting('seaworthy.tenant', true);
  claim text;
  signed bytea;
BEGIN
  IF token IS NULL OR token !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.[0-9]{1,11}\\.[0-9a-f]{64}$' THEN
    RETURN NULL;
  END IF;
  claim := split_part(token, '.', 1) || '.' || split_part(token, '.', 2);
  SELECT sha256(k.outer_key || sha256(k.inner_key || convert_to(claim, 'UTF8')))
    INTO signed FROM "${schema}".tenancy_key AS k;
  IF signed IS NULL OR encode(signed, 'hex') <> split_part(token, '.', 3) THEN
    RETURN NULL;
  END IF;
  IF split_part(token, '.', 2)::bigint <= extract(epoch FROM clock_timestamp()) THEN
    RETURN NULL;
  END IF;
  RETURN split_part(token, '.', 1)::uuid;
END
$function$;

CREATE OR REPLACE FUNCTION "${schema}".enter_tenant(token text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
  PERFORM set_config('seaworthy.tenant', token, true);
  IF "${schema}".current_tenant() IS NULL THEN
    RAISE EXCEPTION 'the tenant token is not valid' USING ERRCODE = 'SWTEN';
  END IF;
END
$function$;`
}

/** What the application's role may do. The default privileges cover the tables that the owner makes from now on. */
export function grantsSql(schema: string, role: string): string {
  return `
GRANT USAGE ON SCHEMA "${schema}" TO "${role}";
REVOKE CREATE ON SCHEMA "${schema}" FROM PUBLIC, "${role}";
ALTER DEFAULT PRIVILEGES IN SCHEMA "${schema}" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "${role}";
ALTER DEFAULT PRIVILEGES IN SCHEMA "${schema}" GRANT USAGE ON SEQUENCES TO "${role}";
REVOKE ALL ON "${schema}".tenancy_key FROM PUBLIC, "${role}";
REVOKE ALL ON FUNCTION "${schema}".current_tenant(), "${schema}".enter_tenant(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "${schema}".current_tenant(), "${schema}".enter_tenant(text) TO "${role}";`
}

/** The grants on what was there before the first provisioning. Later ones leave what migrations revoked. */
export function firstGrantsSql(schema: string, role: string): string {
  return `
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "${schema}" TO "${role}";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA "${schema}" TO "${role}";`
}

/**
 * Takes from everyone the functions that make large objects: these belong to no schema, and to the role that made them.
 * Those of the server that this role may change, which needs their owner, a superuser.
 */
export const largeObjectsSql = `
DO $do$
DECLARE f regprocedure;
BEGIN
  FOR f IN
    SELECT p.oid::regprocedure FROM pg_catalog.pg_proc AS p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace
      AND p.proname IN ('lo_create', 'lo_creat', 'lo_from_bytea', 'lo_import')
      AND pg_catalog.pg_has_role(current_user, p.proowner, 'USAGE')
  LOOP
    EXECUTE pg_catalog.format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END
$do$`
