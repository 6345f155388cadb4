namespace Relsim.Scenes;

/// <summary>Which half of the world a subject, style or wording belongs to. The three are disjoint.</summary>
public enum Split
{
    /// <summary>Seen in training.</summary>
    Train,

    /// <summary>Used to stop training and to choose between runs.</summary>
    Validation,

    /// <summary>Never seen before evaluation.</summary>
    Test,
}
