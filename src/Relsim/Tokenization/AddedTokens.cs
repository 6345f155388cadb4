using System.Buffers;

namespace Relsim.Tokenization;

/// <summary>A token that is found in the text before anything else is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="IsSpecial">Whether decoding may leave it out.</param>
internal sealed record AddedToken(int Id, string Content, bool IsSpecial);

/// <summary>The added tokens of a tokenizer and where they stand in a text: the leftmost first, of those the longest. Thread-safe.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<char, AddedToken[]> _byFirst;
    private readonly SearchValues<char> _firsts;

    public AddedTokens(IEnumerable<AddedToken> tokens)
    {
        All = [.. tokens];
        _byFirst = All.GroupBy(token => token.Content[0]).ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Content.Length).ToArray());
        _firsts = SearchValues.Create([.. _byFirst.Keys]);
    }

    /// <summary>All of them, as they were given.</summary>
    public IReadOnlyList<AddedToken> All { get; }

    /// <summary>The first added token from <paramref name="start"/> on and where it begins; null where there is none.</summary>
    public (int Position, AddedToken Token)? Next(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length && text[start..].IndexOfAny(_firsts) is >= 0 and int offset)
        {
            start += offset;
            ReadOnlySpan<char> rest = text[start..];
            foreach (AddedToken token in _byFirst[rest[0]])
            {
                if (rest.StartsWith(token.Content))
                {
                    return (start, token);
                }
            }

            start++;
        }

        return null;
    }
}
