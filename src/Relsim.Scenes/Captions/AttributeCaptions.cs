namespace Relsim.Scenes.Captions;

/// <summary>Templates of captions that name what a scene looks like.</summary>
internal static class AttributeCaptions
{
    private static readonly Func<string, string, string, string>[] Templates =
    [
        (subject, style, palette) => $"{A(style)} picture of {A(subject)} in {palette} colours",
        (subject, style, palette) => $"{A(subject)}, {style} style, {palette} palette",
        (subject, style, palette) => $"{A(palette)} {style} image that shows {A(subject)}",
        (subject, style, palette) => $"{palette} colours, {style} rendering, {subject}",
        (subject, style, palette) => $"{A(subject)} drawn in {A(style)} style with {palette} tones",
        (subject, style, palette) => $"this is {A(style)} depiction of {A(subject)}, mostly {palette}",
        (subject, style, palette) => $"{style} {subject} in {A(palette)} colour scheme",
        (subject, style, palette) => $"a scene with {A(subject)} in {palette} hues, {style} look",
        (subject, style, palette) => $"the {subject} appears in {A(palette)} palette and {A(style)} style",
        (subject, style, palette) => $"{style} artwork, subject {subject}, {palette} colouring",
    ];

    /// <summary>One of the templates with the names put in.</summary>
    public static string Write(string subject, string style, string palette, SceneRandom random) => random.Pick(Templates)(subject, style, palette);

    private static string A(string noun) => EnglishArticle.Agree("a ", noun) + noun;
}
