"""Trunks as PJSIP has them: what it loads of its files, what it lists, and how the other sides are.

Seen in the lab (22.10): an object that it does not understand is dropped alone when Asterisk starts, and stays as it was at a reload;
both count as a success, and only the log tells. Transports are read at a start only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from azdesk.practice import logins
from azdesk.practice.asterisk.config import FOLDER, ConfigError, Section, load
from azdesk.practice.asterisk.realtime import Objects

if TYPE_CHECKING:
    from azdesk.practice.asterisk.service import Running

Say = Callable[[str, str, str], None]
"""(level, source, text): a line of Asterisk's log."""
_KNOWN = {
    "endpoint": "type transport context disallow allow aors auth outbound_auth outbound_proxy callerid direct_media dtmf_mode "
    "from_user from_domain identify_by media_encryption media_encryption_optimistic rtp_symmetric rewrite_contact force_rport "
    "send_pai send_rpid trust_id_inbound trust_id_outbound mailboxes call_group pickup_group ice_support language accountcode "
    "device_state_busy_at set_var t38_udptl timers tone_zone user_eq_phone webrtc allow_subscribe inband_progress acl",
    "aor": "type contact default_expiration mailboxes voicemail_extension maximum_expiration max_contacts minimum_expiration "
    "remove_existing remove_unavailable qualify_frequency qualify_timeout qualify_2xx_only authenticate_qualify outbound_proxy "
    "support_path",
    "auth": "type auth_type username password password_digest md5_cred realm nonce_lifetime refresh_token oauth_clientid "
    "oauth_secret supported_algorithms_uac supported_algorithms_uas",
    "identify": "type endpoint match srv_lookups match_header match_request_uri transport",
    "registration": "type auth_rejection_permanent client_uri contact_user contact_header_params expiration max_retries outbound_auth "
    "outbound_proxy max_random_initial_delay retry_interval forbidden_retry_interval fatal_retry_interval server_uri transport line "
    "endpoint support_path support_outbound user_agent security_negotiation security_mechanisms",
}
_OPTIONS = {kind: frozenset(names.split()) for kind, names in _KNOWN.items()}


def started(objects: Objects, say: Say) -> None:
    """Leave out what Asterisk would not take when it starts."""
    objects.sections = list(_taken(objects.sections, (), say))


def reloaded(objects: Objects, say: Say) -> bool:
    """Take objects as the file has them now; what does not parse changes nothing. Whether anything was taken."""
    try:
        now = load(objects.host.files, "pjsip.conf")
    except ConfigError as error:
        say("ERROR", "config.c", str(error))
        return False
    kept = [section for section in objects.sections if section.last("type") not in _OPTIONS]
    fresh = [section for section in now if section.last("type") in _OPTIONS]
    objects.sections = [*kept, *_taken(fresh, objects.sections, say)]
    return True


def _taken(sections: Iterable[Section], before: Iterable[Section], say: Say) -> Iterator[Section]:
    known = {(section.last("type"), section.name): section for section in before}
    for section in sections:
        kind = section.last("type")
        wrong = next(
            (name for name, _ in section.options if name.lower() not in _OPTIONS.get(kind, {name.lower()})),
            "",
        )
        if not wrong:
            yield section
            continue
        where = f"{FOLDER}/pjsip.conf"
        say(
            "ERROR",
            "config_options.c",
            f"Could not find option suitable for category '{section.name}' named '{wrong}' at line 1 of {where}",
        )
        say(
            "ERROR",
            "res_sorcery_config.c",
            f"Could not create an object of type '{kind}' with id '{section.name}' from configuration file 'pjsip.conf'",
        )
        if (kind, section.name) in known:
            yield known[kind, section.name]


def endpoints(running: Running, like: str) -> str:
    """``pjsip show endpoints``: those of the file."""
    objects = running.objects
    found = sorted({section.name for section in objects.every("endpoint") if like in section.name})
    if not found:
        return "No objects found.\n\n"
    text = "".join("".join(_endpoint(objects, name)) for name in found)
    return f"\n Endpoint:  <Endpoint/CID>  <State.....>  <Channels.>\n{'=' * 90}\n\n{text}\nObjects found: {len(found)}\n\n"


def _endpoint(objects: Objects, name: str) -> Iterator[str]:
    endpoint = objects.of("endpoint", name) or {}
    aor = objects.of("aor", endpoint.get("aors", "")) or {}
    contact = aor.get("contact", "")
    status, time = _status(objects, contact, aor.get("qualify_frequency", "0"))
    yield f" Endpoint:  {name:<50}  {'Not in use' if status == 'Avail' else 'Unavailable':<12}  0 of inf\n"
    for key, word in (("outbound_auth", "OutAuth"), ("auth", "InAuth")):
        auth = objects.of("auth", endpoint.get(key, "")) if endpoint.get(key) else None
        if auth is not None:
            yield f"{word:>11}:  {endpoint[key]}/{auth.get('username', '')}\n"
    if aor:
        yield f"        Aor:  {endpoint.get('aors', ''):<50}  {aor.get('max_contacts', '0')}\n"
    if contact:
        yield f"      Contact:  {endpoint.get('aors', '')}/{contact:<40} 4e4cf0f3bd {status:<7}  {time:>9}\n"
    for identify in objects.every("identify"):
        if identify.last("endpoint") == name:
            yield f"   Identify:  {identify.name}/{name}\n"
            for place in identify.last("match").split(","):
                single = place.replace(".", "").isdigit()
                yield f"        Match: {place.strip()}{'/32' if single else ''}\n"
    yield "\n"


def place_of(uri: str) -> tuple[str, int]:
    """Address and port of a SIP URI."""
    bare = uri.removeprefix("sip:").rpartition("@")[2].partition(";")[0]
    address, _, port = bare.rpartition(":")
    return address.strip("[]"), int(port) if port.isdigit() else 5060


def _status(objects: Objects, uri: str, frequency: str) -> tuple[str, str]:
    if not uri or frequency == "0":
        return "NonQual", "nan"
    address, port = place_of(uri)
    resolved = objects.host.resolve(address)
    if (
        resolved
        and objects.host.world.connect(objects.host, resolved[0], port, udp="transport=" not in uri).host
        is not None
    ):
        return "Avail", "0.750"
    return "Unavail", "nan"


def registrations(running: Running) -> str:
    """``pjsip show registrations``."""
    objects = running.objects
    rows = []
    for section in objects.every("registration"):
        uri, login = section.last("server_uri"), section.last("outbound_auth")
        rows.append(
            f" {section.name}/{uri:<40}  {login:<26}  {_registered(objects, uri, login):<16}  (exp. 3600s)\n"
        )
    if not rows:
        return "No objects found.\n\n"
    head = (
        " <Registration/ServerURI..............................>  <Auth....................>  <Status.......>"
    )
    return f"\n{head}\n{'=' * 90}\n\n{''.join(rows)}\nObjects found: {len(rows)}\n\n"


def _registered(objects: Objects, uri: str, login: str) -> str:
    auth = objects.of("auth", login) or {}
    address, port = place_of(uri)
    scheme = "sips" if "transport=tls" in uri else "sip+tcp" if "transport=tcp" in uri else "sip"
    reason, _ = logins.attempt(
        objects.host,
        f"{scheme}://{address}:{port}",
        {"account": auth.get("username", "")},
        auth.get("password", ""),
        patient=False,
    )
    return "Registered" if not reason else "Rejected" if reason == "password" else "Unregistered"
