using Relsim.Scenes.Styles;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes;

/// <summary>
/// What scenes of the same look share: subjects and style. Two scenes with one look and two relations are each other's
/// hard negatives; two scenes with one relation and two looks are relational neighbours.
/// </summary>
public sealed class Look
{
    private const int ListLength = 8;

    private Look(Split split, ulong seed)
    {
        var random = new SceneRandom(seed);
        IReadOnlyList<SubjectKind> kinds = SubjectCatalog.Of(split);
        Any = Draw(kinds, SubjectTraits.None, random);
        Simple = Draw(kinds, SubjectTraits.Simple, random);
        Directed = Draw(kinds, SubjectTraits.Directed, random);
        Chiral = Draw(kinds, SubjectTraits.Chiral, random);
        Style = Style.Create(split, random);
    }

    /// <summary>Eight subjects of different kinds (as far as there are as many); the first is the main one.</summary>
    public IReadOnlyList<Subject> Any { get; }

    /// <summary>Subjects of one compact outline; the first is the main one where that fits.</summary>
    public IReadOnlyList<Subject> Simple { get; }

    /// <summary>Subjects with a front that points up.</summary>
    public IReadOnlyList<Subject> Directed { get; }

    /// <summary>Subjects that differ from their mirror image.</summary>
    public IReadOnlyList<Subject> Chiral { get; }

    /// <summary>How everything is painted.</summary>
    public Style Style { get; }

    /// <summary>The look that belongs to a seed.</summary>
    public static Look Create(Split split, ulong seed) => new(split, seed);

    private Subject[] Draw(IReadOnlyList<SubjectKind> kinds, SubjectTraits needed, SceneRandom random)
    {
        SubjectKind[] fitting = [.. kinds.Where(kind => (kind.Traits & needed) == needed)];
        int[] order = random.Permutation(fitting.Length);
        var subjects = new Subject[ListLength];
        for (int i = 0; i < ListLength; i++)
        {
            bool keepsMain = i == 0 && Any is not null && (Any[0].Kind.Traits & needed) == needed;
            SubjectKind kind = fitting[order[i % order.Length]];
            subjects[i] = keepsMain ? Any![0] : new Subject(kind, kind.Draw(random));
        }

        return subjects;
    }
}
