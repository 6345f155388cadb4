namespace Relsim.Evaluation.Reports;

/// <summary>
/// Keeps secrets out of what is written down. Keys are read from the environment alone; this is for the one who types one into a command
/// line all the same.
/// </summary>
internal static class SecretArguments
{
    private const string Removed = "(secret, not kept)";

    private static readonly HashSet<string> SecretWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "key", "apikey", "token", "secret", "password", "passwd", "credential", "credentials", "auth", "authorization", "bearer", "sig", "signature",
    };

    /// <summary>The arguments with the values of secret options, credentials inside addresses, and what looks like a key itself taken out.</summary>
    public static IReadOnlyList<string> Remove(IReadOnlyList<string> arguments)
    {
        var kept = new List<string>(arguments.Count);
        bool isSecret = false;
        foreach (string argument in arguments)
        {
            bool isOption = argument.StartsWith('-');
            int equals = isOption ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
            bool names = isOption && IsSecretName(equals < 0 ? argument : argument[..equals]);
            kept.Add((isSecret && !isOption, names && equals >= 0) switch
            {
                (true, _) => Removed,
                (_, true) => $"{argument[..equals]}={Removed}",
                _ => equals < 0 ? Clean(argument) : $"{argument[..equals]}={Clean(argument[(equals + 1)..])}",
            });
            isSecret = names && equals < 0;
        }

        return kept;
    }

    private static string Clean(string value)
    {
        if (value.Length >= 20 && (value.StartsWith("sk-", StringComparison.Ordinal) || value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)))
        {
            return Removed;
        }

        return Uri.TryCreate(value, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" ? Clean(address!) : value;
    }

    private static string Clean(Uri address)
    {
        var cleaned = new UriBuilder(address) { UserName = "", Password = "" };
        cleaned.Query = string.Join('&', address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(
            pair => pair.Length == 2 && IsSecretName(pair[0]) ? $"{pair[0]}=" : string.Join('=', pair)));
        bool isClean = address.UserInfo.Length == 0 && cleaned.Query.TrimStart('?') == address.Query.TrimStart('?');
        return isClean ? address.OriginalString : cleaned.Uri.AbsoluteUri;
    }

    private static bool IsSecretName(string name) => name.Split('-', '_', '.').Any(SecretWords.Contains);
}
