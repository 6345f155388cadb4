using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Relsim.Evaluation.Judging;

/// <summary>
/// The question: on a scale from 0 to 10, how far do two pictures follow the same logic, whatever they look like (the paper's measure, in our
/// words). Its hash covers everything that the answer may depend on besides the pictures.
/// </summary>
public sealed class JudgeQuestion
{
    /// <summary>The question that is asked by default.</summary>
    public const string Default = """
        You will see two pictures. Rate how strongly they are related by their inner logic: the idea, process, arrangement, cause or joke that a
        picture carries out, told without naming any object in it. Two pictures that act out one logic with quite different things are analogies
        of each other.

        Leave out how they look. The same kind of object, person or place, the same colors, textures, style, composition or medium count for
        nothing by themselves: pictures that are alike in these alone belong at the very bottom of the scale.

        The scale runs from 0 to 10:
        0 - no logic in common;
        1 to 3 - hardly any, or only their looks or subjects agree;
        4 to 6 - a loose or partial analogy;
        7 to 9 - a clear analogy, with small breaks;
        10 - a very strong one: the same logic, carried through in both.

        Fractions are allowed.
        """;

    private const string AsJson = """Answer with a JSON object that holds the score alone: {"score": NUMBER}""";
    private const string AsText = "Answer with the number alone, without any other word.";

    private static readonly ChatResponseFormat Schema = ChatResponseFormat.ForJsonSchema(
        JsonElement.Parse("""
            {
              "type": "object",
              "properties": { "score": { "type": "number", "description": "From 0 (no logic in common) to 10 (the same logic)." } },
              "required": ["score"],
              "additionalProperties": false
            }
            """),
        "relational_score",
        "How strongly two pictures are related by their logic.");

    private readonly JudgeOptions _options;
    private readonly string _text;

    internal JudgeQuestion(JudgeOptions options)
    {
        _options = options;
        _text = (options.Question ?? Default).ReplaceLineEndings("\n").Trim();
        string all = string.Join('\0', _text, AsJson, AsText, string.Create(CultureInfo.InvariantCulture, $"{options.MaxSide} {options.MaxOutputTokens}"));
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
    }

    /// <summary>SHA-256 of wording, form of the answer and its length, and size of the pictures.</summary>
    internal string Hash { get; }

    /// <summary>Bytes of the text: a tokenizer makes no more tokens than that, and the frame of a chat adds few.</summary>
    internal int TextBytes => Encoding.UTF8.GetByteCount(_text) + AsJson.Length + 200;

    internal ChatMessage[] Ask(DataContent first, DataContent second, bool structured) =>
    [
        new ChatMessage(ChatRole.User,
        [
            new TextContent(_text + "\n\n" + (structured ? AsJson : AsText)),
            new TextContent("First picture:"),
            first,
            new TextContent("Second picture:"),
            second,
        ]),
    ];

    internal ChatOptions CreateOptions(bool structured) => new()
    {
        Temperature = (float?)_options.Temperature,
        MaxOutputTokens = _options.MaxOutputTokens,
        ResponseFormat = structured ? Schema : null,
    };
}
