namespace Relsim.Scenes.Tests.Captions;

/// <summary>The relations that must have captions, written out here so that a lost one fails.</summary>
internal static class ExpectedRelations
{
    private const string FamiliesAndVariants = """
        growth-stages: growing shrinking
        decay-stages: decaying restoring
        melting: melting standing-firm
        consumption: used-up filling-up
        ripening: gradual-tone abrupt-tone
        movement-phases: leap tumble fall
        before-after: broken grown turned
        cycle-of-arrows: one-way-cycle exchange
        assembly: assembling taken-apart
        eclipse-phases: waxing waning
        concentric-layers: nested-outlines cut-open-wedge off-centre-nest
        cross-section: halved cut-face
        exploded-parts: along-an-axis outwards
        labelled-parts: leader-lines magnified-detail
        mirror-reflection: below beside broken-by-ripples
        symmetry: bilateral fourfold
        mosaic-of-small: filled-by-small outlined-by-small
        silhouette-filled: scene-inside crowd-inside
        pattern-in-outline: stripes dots checks
        cast-shadow: true-shadow false-shadow
        imprint: trail-of-prints stamp-beside
        fragments: shattering sliced
        missing-part: bitten gap-in-the-ring absent-from-the-row
        puzzle-fit: interlocking peg-and-hole
        face-like: smiling frowning astonished
        glyph-of-objects: letter numeral
        hybrid: left-right-halves head-on-other-body
        x-ray: inside-the-outline skeleton-lines
        camouflage: blends-in stands-out
        scale-model: small-beside-real under-a-magnifier
        burst: splash-crown starburst
        frame-within-frame: nested-frames picture-in-picture
        view-through-opening: window keyhole
        radial-arrangement: facing-outward facing-inward several-rings
        spiral: spiral double-spiral
        branching: tree river
        variations-grid: all-different all-alike one-odd
        size-order: ascending shuffled receding
        tone-order: gradient-row tone-wheel
        odd-one-out: odd-shape odd-tone odd-turn
        one-among-many: giant-among-small dwarf-among-large
        parent-and-child: beside followed-by-a-line
        facing-pair: face-to-face back-to-back
        chain: linked-rings beads-on-a-string
        stack: tower pyramid leaning
        queue: straight along-a-bend
        ring-around: wreath orbiting-crowd
        orbit: one-orbit several-orbits
        motion-trail: fading-trail speed-lines spin-trail
        network: mesh hub
        descent-tree: binary wide
        balance: level tipped
        path-to-goal: winding-path maze
        container: compartments heap-in-a-bowl spilling-out
        overlap-of-sets: two-sets three-sets
        tessellation: hexagons bricks interlocking
        wave: along-a-sine ripples
        hanging: from-a-line mobile
        stairs: steps-up steps-down
        flow: converging diverging parallel
        clusters: one-cluster two-clusters three-clusters
        interlace: braid crossing
        bridge: joined-by-a-span broken-span
        dominoes: falling-row one-fallen
        opposition: two-facing-crowds one-against-many
        repetition: alternating in-pairs growing-count
        inside-outside: inside outside crossing-the-edge
        above-below: resting-on under beside-a-wall
        part-and-whole: whole-with-its-part many-copies-of-a-part
        """;

    public static string[] Ids { get; } =
    [
        .. from line in FamiliesAndVariants.Split('\n', StringSplitOptions.TrimEntries)
           let parts = line.Split(": ")
           from variant in parts[1].Split(' ')
           select parts[0] + "/" + variant,
    ];
}
