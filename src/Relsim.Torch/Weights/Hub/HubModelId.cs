using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Relsim.Torch.Weights.Hub;

/// <summary>
/// The name of a model on the hub, <c>organization/name</c>, with a branch, tag or commit where one is asked for. Only names that
/// are safe as folders can be made: the rules are those of huggingface_hub's validate_repo_id and of git's refs.
/// </summary>
public sealed partial record HubModelId
{
    /// <summary>The branch that is meant where none is named.</summary>
    public const string DefaultRevision = "main";

    private const int LongestName = 96;
    private const int LongestRevision = 200;

    private HubModelId(string organization, string name, string? revision)
    {
        Organization = organization;
        Name = name;
        Revision = revision;
    }

    /// <summary>The user or organization.</summary>
    public string Organization { get; }

    /// <summary>The model's name within the organization.</summary>
    public string Name { get; }

    /// <summary>The branch, tag or commit, or null where the id names none.</summary>
    public string? Revision { get; }

    /// <summary><c>organization/name</c> without a revision.</summary>
    public string Repository => $"{Organization}/{Name}";

    /// <summary>Reads <c>organization/name[@revision]</c>.</summary>
    /// <exception cref="HubException">The text is no such id.</exception>
    public static HubModelId Parse(string text) => TryParse(text, out HubModelId? id)
        ? id
        : throw new HubException(HubFailure.BadName, $"'{text}' is not the id of a model: it is written organization/name or organization/name@revision.");

    /// <summary>As <see cref="Parse"/>, but says false where the text is no id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out HubModelId? id)
    {
        id = null;
        if (text is null)
        {
            return false;
        }

        int at = text.IndexOf('@', StringComparison.Ordinal);
        string? revision = at < 0 ? null : text[(at + 1)..];
        string[] parts = (at < 0 ? text : text[..at]).Split('/');
        if (parts.Length != 2 || !parts.All(IsName) || (revision is not null && !IsRevision(revision)))
        {
            return false;
        }

        id = new HubModelId(parts[0], parts[1], revision);
        return true;
    }

    /// <summary>The same model without a revision, or with another one.</summary>
    public HubModelId At(string? revision) => revision is null || IsRevision(revision)
        ? new HubModelId(Organization, Name, revision)
        : throw new HubException(HubFailure.BadName, $"'{revision}' is not a revision of {Repository}.");

    /// <summary><c>organization/name[@revision]</c>.</summary>
    public override string ToString() => Revision is null ? Repository : $"{Repository}@{Revision}";

    /// <summary>Whether the text is a whole commit name: 40 lower-case hexadecimal digits.</summary>
    internal static bool IsCommit(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);

    private static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && NamePattern().IsMatch(text)
        && !text.Contains("--", StringComparison.Ordinal) && !text.Contains("..", StringComparison.Ordinal)
        && !text.EndsWith(".git", StringComparison.Ordinal);

    private static bool IsRevision(string text) =>
        text.Length is > 0 and <= LongestRevision && text.Split('/').All(part => RevisionPartPattern().IsMatch(part))
        && !text.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex(@"\A[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[A-Za-z0-9_](?:[A-Za-z0-9_.+=-]*[A-Za-z0-9_+=-])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex RevisionPartPattern();
}
