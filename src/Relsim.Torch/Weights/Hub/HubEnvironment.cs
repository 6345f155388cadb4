namespace Relsim.Torch.Weights.Hub;

/// <summary>
/// Reads the environment as Python's huggingface_hub does (huggingface/huggingface_hub, src/huggingface_hub/constants.py, 0.34), so that both
/// use one cache and one token.
/// </summary>
internal static class HubEnvironment
{
    public static ModelStoreOptions Read(Func<string, string?> variable)
    {
        string? Get(string name) => variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
        bool IsSet(string name) => Get(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

        string user = Get("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string Folder(string path) => Path.GetFullPath(path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? user + path[1..] : path);
        string home = Folder(Get("HF_HOME") ?? Path.Combine(Get("XDG_CACHE_HOME") ?? Path.Combine(user, ".cache"), "huggingface"));
        string cache = Folder(Get("HF_HUB_CACHE") ?? Get("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub"));
        return new ModelStoreOptions
        {
            CacheFolder = cache,
            Endpoint = ReadEndpoint(Get("HF_ENDPOINT")),
            Token = IsSet("HF_HUB_DISABLE_IMPLICIT_TOKEN")
                ? null
                : Get("HF_TOKEN") ?? Get("HUGGING_FACE_HUB_TOKEN") ?? ReadToken(Folder(Get("HF_TOKEN_PATH") ?? Path.Combine(home, "token"))),
            Offline = IsSet("HF_HUB_OFFLINE") || IsSet("TRANSFORMERS_OFFLINE"),
            CopyFiles = IsSet("HF_HUB_DISABLE_SYMLINKS"),
        };
    }

    private static Uri ReadEndpoint(string? value)
    {
        if (value is null)
        {
            return ModelStoreOptions.PublicHub;
        }

        return Uri.TryCreate(value, UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https"
            ? endpoint
            : throw new HubException(HubFailure.BadName, $"HF_ENDPOINT is '{value}'; it must be an address such as {ModelStoreOptions.PublicHub}.");
    }

    private static string? ReadToken(string path)
    {
        try
        {
            string token = File.ReadAllText(path).Trim();
            return token.Length > 0 ? token : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubException(HubFailure.BadName, $"{path}: the hub's token cannot be read: {e.Message}", e);
        }
    }
}
