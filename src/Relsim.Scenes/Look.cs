using System.Collections;
using Relsim.Scenes.Styles;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes;

/// <summary>
/// What scenes of the same look share: subjects and style. Two scenes with one look and two relations are each other's
/// hard negatives; two scenes with one relation and two looks are relational neighbours. Not thread-safe.
/// </summary>
public sealed class Look
{
    private static readonly Dictionary<(Split, SubjectTraits), SubjectKind[]> Fitting = (
        from split in Enum.GetValues<Split>()
        from traits in new[] { SubjectTraits.None, SubjectTraits.Simple, SubjectTraits.Directed, SubjectTraits.Chiral }
        select (split, traits)).ToDictionary(
            key => key, key => SubjectCatalog.Of(key.split).Where(kind => (kind.Traits & key.traits) == key.traits).ToArray());

    private Look(Split split, ulong seed)
    {
        var random = new SceneRandom(seed);
        Any = new Cast(Fitting[(split, SubjectTraits.None)], SubjectTraits.None, null, random.NextSeed());
        Simple = new Cast(Fitting[(split, SubjectTraits.Simple)], SubjectTraits.Simple, Any, random.NextSeed());
        Directed = new Cast(Fitting[(split, SubjectTraits.Directed)], SubjectTraits.Directed, Any, random.NextSeed());
        Chiral = new Cast(Fitting[(split, SubjectTraits.Chiral)], SubjectTraits.Chiral, Any, random.NextSeed());
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

    /// <summary>Eight subjects, each drawn when first asked for: a scene shows few of a look's thirty-two.</summary>
    private sealed class Cast(SubjectKind[] kinds, SubjectTraits needed, IReadOnlyList<Subject>? main, ulong seed) : IReadOnlyList<Subject>
    {
        private readonly int[] _order = new SceneRandom(seed).Permutation(kinds.Length);
        private readonly Subject?[] _drawn = new Subject?[8];

        public int Count => _drawn.Length;

        public Subject this[int index] => _drawn[index] ??= Draw(index);

        public IEnumerator<Subject> GetEnumerator()
        {
            for (int i = 0; i < Count; i++)
            {
                yield return this[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private Subject Draw(int index)
        {
            if (index == 0 && main is not null && (main[0].Kind.Traits & needed) == needed)
            {
                return main[0];
            }

            SubjectKind kind = kinds[_order[index % _order.Length]];
            return new Subject(kind, kind.Draw(new SceneRandom(SceneRandom.Combine(seed, (ulong)index))));
        }
    }
}
