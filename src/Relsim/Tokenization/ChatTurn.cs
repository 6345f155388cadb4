namespace Relsim.Tokenization;

/// <summary>What a part of a turn is.</summary>
public enum ChatPartKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>The place of an image; the image itself goes to the model in the order of the places.</summary>
    Image,

    /// <summary>The place of a video.</summary>
    Video,
}

/// <summary>One part of a turn of a conversation.</summary>
public sealed record ChatPart
{
    private ChatPart(ChatPartKind kind, string text)
    {
        Kind = kind;
        Text = text;
    }

    /// <summary>The place of an image.</summary>
    public static ChatPart Image { get; } = new(ChatPartKind.Image, "");

    /// <summary>The place of a video.</summary>
    public static ChatPart Video { get; } = new(ChatPartKind.Video, "");

    /// <summary>What it is.</summary>
    public ChatPartKind Kind { get; }

    /// <summary>Its text; empty for an image or a video.</summary>
    public string Text { get; }

    /// <summary>Text, taken as it is: nothing in it is escaped, and an added token in it becomes that token.</summary>
    public static ChatPart OfText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ChatPart(ChatPartKind.Text, text);
    }
}

/// <summary>One turn of a conversation.</summary>
/// <param name="Role">"system", "user" or "assistant"; the template takes any word.</param>
/// <param name="Content">Its parts in order.</param>
public sealed record ChatTurn(string Role, IReadOnlyList<ChatPart> Content)
{
    /// <summary>A turn of text alone.</summary>
    public ChatTurn(string role, string text)
        : this(role, [ChatPart.OfText(text)])
    {
    }
}
