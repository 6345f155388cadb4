using System.Text;

namespace Relsim.Tokenization;

/// <summary>
/// Ids that come one by one, to text: what it gives together is what <see cref="Qwen2Tokenizer.Decode"/> gives at once, and never half a
/// character. Not thread-safe; one for each text.
/// </summary>
public sealed class TokenTextDecoder
{
    private readonly Qwen2Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    internal TokenTextDecoder(Qwen2Tokenizer tokenizer, bool skipSpecialTokens)
    {
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
    }

    /// <summary>The text that is complete with this id; empty where a character has begun and not ended.</summary>
    public string Append(int id) => Convert(_tokenizer.Bytes(id, _skipSpecialTokens), flush: false);

    /// <summary>What is left at the end: U+FFFD where a character was cut off, else nothing. The decoder may be used again.</summary>
    public string Flush() => Convert([], flush: true);

    private string Convert(byte[] bytes, bool flush)
    {
        char[] characters = new char[_decoder.GetCharCount(bytes, flush)];
        return new string(characters, 0, _decoder.GetChars(bytes, characters, flush));
    }
}
