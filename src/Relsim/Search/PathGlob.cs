using System.Text;
using System.Text.RegularExpressions;

namespace Relsim.Search;

/// <summary>
/// A pattern over full paths: <c>*</c> stands for anything within a folder's name, <c>**</c> for anything, <c>?</c> for one character.
/// A pattern that is not rooted may start at any folder; one that names a folder takes all below it.
/// </summary>
internal sealed class PathGlob
{
    private readonly Regex _pattern;

    public PathGlob(string glob)
    {
        ArgumentException.ThrowIfNullOrEmpty(glob);
        string normal = glob.Replace('\\', '/');
        StringBuilder pattern = new(normal.StartsWith('/') || (normal.Length > 1 && normal[1] == ':') ? "^" : "(^|/)");
        string body = normal.Length > 1 ? normal.TrimEnd('/') : normal;
        for (int i = 0; i < body.Length; i++)
        {
            bool any = body[i] == '*' && i + 1 < body.Length && body[i + 1] == '*';
            pattern.Append(body[i] switch { '*' => any ? ".*" : "[^/]*", '?' => "[^/]", char other => Regex.Escape(other.ToString()) });
            i += any ? 1 : 0;
        }

        pattern.Append(body == "/" ? "" : "(/|$)");

        // The non-backtracking engine: the pattern comes from a user and must not be able to take exponential time.
        _pattern = new Regex(pattern.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    public bool Matches(string path) => _pattern.IsMatch(path.Replace('\\', '/'));
}
