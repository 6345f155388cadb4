using System.Globalization;
using System.Net;

namespace Relsim.Torch.Weights.Hub;

/// <summary>What a refusal means and what to do about it. Nothing of the server's own text is repeated: it is not to be trusted on a terminal.</summary>
internal static class HubErrors
{
    /// <summary>The exception for a response that is no success, from <paramref name="host"/>, which need not be the hub.</summary>
    public static HubException Explain(HttpResponseMessage response, HubModelId id, string? file, Uri host, ModelStoreOptions options)
    {
        string what = file is null ? id.ToString() : $"{id}: {file}";
        string status = $"{(int)response.StatusCode} from {host.Authority}";
        if (!HubRedirects.SameOrigin(options.Endpoint, host) && (int)response.StatusCode < 429)
        {
            return new HubException(HubFailure.Unavailable, $"{what}: the server of the file does not give it ({status}). Try again; if it stays so, the hub has to mend it.");
        }

        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound => Refused(response, id, what, status, options),
            HttpStatusCode.TooManyRequests => new HubException(HubFailure.RateLimited, $"{what}: the hub asks for fewer requests ({status}). {Later(response, options)} A token (HF_TOKEN) raises the limit."),
            HttpStatusCode.RequestedRangeNotSatisfiable => new HubException(HubFailure.BadAnswer, $"{what}: the file on the server is shorter than the hub says ({status})."),
            >= HttpStatusCode.InternalServerError => new HubException(HubFailure.Unavailable, $"{what}: the server has failed {Tries(options)} ({status}). {Later(response, options)} What has arrived is kept."),
            _ => new HubException(HubFailure.BadAnswer, $"{what}: the server answers {status}, which is not understood. Is HF_ENDPOINT right ({options.Endpoint})?"),
        };
    }

    /// <summary>The exception for a connection that could not be made or broke before an answer.</summary>
    public static HubException Unreachable(Exception e, HubModelId id, Uri host, ModelStoreOptions options) => new(
        HubFailure.Unavailable,
        $"{id}: {host.Authority} cannot be reached, tried {Tries(options)}: {(e is HttpRequestException ? e.GetBaseException().Message.TrimEnd('.') : "no answer in time")}. "
            + "Check the network, a proxy (HTTPS_PROXY) and HF_ENDPOINT; HF_HUB_OFFLINE=1 uses the cache alone.",
        e);

    /// <summary>How often something was tried, in words.</summary>
    public static string Tries(ModelStoreOptions options) =>
        options.Retries == 0 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{options.Retries + 1} times");

    private static HubException Refused(HttpResponseMessage response, HubModelId id, string what, string status, ModelStoreOptions options)
    {
        Uri page = new(options.Endpoint, id.Repository);
        string token = options.Token is null
            ? $"make a token at {new Uri(options.Endpoint, "settings/tokens")} and set HF_TOKEN to it"
            : "the token that is set (HF_TOKEN or its file) must be of that account and may read the model";
        string? code = response.Headers.TryGetValues("X-Error-Code", out IEnumerable<string>? codes) ? codes.FirstOrDefault() : null;
        return (code, response.StatusCode) switch
        {
            ("GatedRepo", _) or (not "RepoNotFound", HttpStatusCode.Forbidden) => new HubException(
                HubFailure.Forbidden, $"{what}: access is refused ({status}). Accept the model's licence at {page} with your account, and {token}."),
            (_, HttpStatusCode.Unauthorized) => new HubException(
                HubFailure.Unauthorized, $"{what}: the hub does not know it, or does not show it to you ({status}). Check the id; if the model is private or gated, {token}."),
            ("RevisionNotFound", _) => new HubException(HubFailure.NotFound, $"{id.Repository} has no revision '{id.Revision ?? HubModelId.DefaultRevision}' ({status}). Its branches and tags are listed at {page}."),
            ("EntryNotFound", _) => new HubException(HubFailure.NotFound, $"{what}: the hub lists the file but does not have it ({status})."),
            _ => new HubException(HubFailure.NotFound, $"{what}: there is no such model or revision ({status}). Check the id at {options.Endpoint}; if the model is private, {token}."),
        };
    }

    private static string Later(HttpResponseMessage response, ModelStoreOptions options) => HubResilience.RetryAfter(response, options.TimeProvider) is { } pause
        ? string.Create(CultureInfo.InvariantCulture, $"Try again in {Math.Ceiling(pause.TotalSeconds):F0} s.")
        : "Try again later.";
}
