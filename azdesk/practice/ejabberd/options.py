"""Names that ejabberd 26.07 knows, and what kind of value it wants; from its configuration reference."""

from __future__ import annotations

MERGED = frozenset({
    "acl", "access_rules", "api_permissions", "append_host_config", "certfiles", "define_keyword", "define_macro", "host_config",
    "hosts", "listen", "modules", "shaper", "shaper_rules",
})  # fmt: skip
"""Options that may come from several files and are put together; any other may be given once."""

KINDS: dict[str, str] = dict.fromkeys((
    "auth_cache_life_time", "auth_cache_size", "ldap_port", "max_fsm_queue", "net_ticktime", "log_rotate_count",
    "log_burst_limit_count", "redis_port", "redis_pool_size", "sql_port", "sql_pool_size", "websocket_timeout",
), "integer")  # fmt: skip
KINDS.update(dict.fromkeys((
    "allow_contrib_modules", "auth_use_cache", "captcha_limit", "fqdn", "hide_sensitive_log_data",
    "ldap_tls_verify", "new_sql_schema", "trusted_proxies", "use_cache",
), "any"))  # fmt: skip
KINDS.update(dict.fromkeys((
    "acl", "access_rules", "api_permissions", "append_host_config", "certfiles", "define_keyword", "define_macro",
    "host_config", "modules", "shaper", "shaper_rules", "ldap_uids", "acme",
), "map"))  # fmt: skip
KINDS.update(dict.fromkeys(("hosts", "listen", "certfiles", "disable_sasl_mechanisms"), "list"))
KINDS.update(dict.fromkeys((
    "auth_method", "auth_opts", "auth_password_format", "auth_scram_hash", "auth_stored_password_types",
    "c2s_cafile", "c2s_ciphers", "c2s_dhfile", "c2s_protocol_options", "c2s_tls_compression", "ca_file",
    "cache_life_time", "cache_missed", "cache_size", "captcha_cmd", "captcha_host", "captcha_url",
    "cluster_backend", "cluster_nodes", "default_db", "default_ram_db", "domain_balancing", "ext_api_headers",
    "ext_api_http_pool_size", "ext_api_path_oauth", "ext_api_url", "extauth_pool_name", "extauth_pool_size",
    "extauth_program", "hosts_alias", "include_config_file", "install_contrib_modules", "jwt_auth_only_rule",
    "jwt_jid_field", "jwt_key", "language", "ldap_backups", "ldap_base", "ldap_deref_aliases", "ldap_dn_filter",
    "ldap_encrypt", "ldap_filter", "ldap_password", "ldap_rootdn", "ldap_servers", "ldap_tls_cacertfile",
    "ldap_tls_certfile", "ldap_tls_depth", "log_burst_limit_window_time", "log_modules_fully", "log_rotate_size",
    "loglevel", "negotiation_timeout", "oauth_access", "oauth_cache_life_time", "oauth_cache_missed",
    "oauth_cache_rest_failure_life_time", "oauth_cache_size", "oauth_client_id_check", "oauth_db_type",
    "oauth_expire", "oauth_use_cache", "oom_killer", "oom_queue", "oom_watermark", "outgoing_s2s_families",
    "outgoing_s2s_ipv4_address", "outgoing_s2s_ipv6_address", "outgoing_s2s_port", "outgoing_s2s_timeout",
    "pam_service", "pam_userinfotype", "pgsql_users_number_estimate", "queue_dir", "queue_type",
    "redis_connect_timeout", "redis_db", "redis_password", "redis_queue_type", "redis_server",
    "registration_timeout", "resource_conflict", "rest_proxy", "rest_proxy_password", "rest_proxy_port",
    "rest_proxy_username", "router_cache_life_time", "router_cache_missed", "router_cache_size",
    "router_db_type", "router_use_cache", "rpc_timeout", "s2s_access", "s2s_cafile", "s2s_ciphers",
    "s2s_dhfile", "s2s_dns_retries", "s2s_dns_timeout", "s2s_max_retry_delay", "s2s_protocol_options",
    "s2s_queue_type", "s2s_timeout", "s2s_tls_compression", "s2s_use_starttls", "s2s_zlib",
    "shaper_max_rate", "sm_cache_life_time", "sm_cache_missed", "sm_cache_size", "sm_db_type",
    "sm_use_cache", "sql_connect_timeout", "sql_database", "sql_flags", "sql_keepalive_interval",
    "sql_odbc_driver", "sql_password", "sql_prepared_statements", "sql_query_timeout", "sql_queue_type",
    "sql_server", "sql_ssl", "sql_ssl_cafile", "sql_ssl_certfile", "sql_ssl_verify", "sql_start_interval",
    "sql_type", "sql_username", "update_sql_schema", "update_sql_schema_timeout", "validate_stream",
    "version",
), "any"))  # fmt: skip

BUILT_IN_MODULES = frozenset(
    """
    mod_adhoc mod_adhoc_api mod_admin_extra mod_admin_update_sql mod_announce mod_antispam mod_auth_fast mod_avatar
    mod_block_strangers mod_blocking mod_bosh mod_caps mod_carboncopy mod_client_state mod_configure
    mod_conversejs mod_delegation mod_disco mod_fail2ban mod_host_meta mod_http_api mod_http_fileserver
    mod_http_upload mod_http_upload_quota mod_invites mod_jidprep mod_last mod_legacy_auth mod_mam mod_matrix_gw
    mod_metrics mod_mix mod_mix_pam mod_mqtt mod_mqtt_bridge mod_muc mod_muc_admin mod_muc_log mod_muc_occupantid
    mod_muc_rtbl mod_multicast mod_offline mod_ping mod_pres_counter mod_privacy mod_private mod_privilege
    mod_providers mod_proxy65 mod_pubsub mod_push mod_push_keepalive mod_register mod_register_web mod_roster
    mod_s2s_bidi mod_s2s_dialback mod_scram_upgrade mod_service_log mod_shared_roster mod_shared_roster_ldap
    mod_sic mod_sip mod_stats mod_stream_mgmt mod_stun_disco mod_time mod_tombstones mod_vcard mod_vcard_ldap
    mod_vcard_xupdate mod_version
""".split()
)

PACKAGED_MODULES = {
    "ejabberd-mod-cron": "mod_cron",
    "ejabberd-mod-log-chat": "mod_log_chat",
    "ejabberd-mod-logsession": "mod_logsession",
}
"""Debian package → the module that comes with it."""

MODULE_OPTIONS: dict[str, frozenset[str]] = {
    "mod_http_upload": frozenset(
        """access custom_headers dir_mode docroot external_secret file_mode get_url host
        append_module_config content_types hosts jid_in_url max_size name put_url rm_on_unregister secret_length service_url thumbnail vcard""".split()
    ),
    "mod_log_chat": frozenset({"path", "format", "host_config"}),
    "mod_http_api": frozenset({"default_version"}),
    "mod_push": frozenset(
        """cache_life_time cache_missed cache_size db_type include_body include_sender notify_on
        use_cache""".split()
    ),
    "mod_admin_extra": frozenset(),
}
"""Options of the modules that AZDesk configures; of other modules any option is taken."""

LISTENERS = frozenset(
    """
    ejabberd_c2s ejabberd_http ejabberd_s2s_in ejabberd_service ejabberd_sip ejabberd_stun ejabberd_xmlrpc mod_mqtt
    mod_proxy65_stream
""".split()
)
"""What may stand as a listener's module."""

HANDLERS = frozenset(
    """
    ejabberd_acme ejabberd_captcha ejabberd_ctl ejabberd_http_ws ejabberd_oauth ejabberd_web_admin
""".split()
)
"""What may answer requests at an HTTP listener, beside modules."""

HTTP_LISTENER = tuple(
    """
    accept_interval allow_unencrypted_sasl2 backlog cafile ciphers custom_headers dhfile ip module port
    protocol_options request_handlers send_timeout supervisor tag tls tls_compression transport unix_socket
    use_proxy_protocol
""".split()
)
"""Options of an HTTP listener."""
