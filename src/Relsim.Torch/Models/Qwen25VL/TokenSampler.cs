namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>
/// Chooses the tokens of one text from logits: repetition penalty, then, where tokens are drawn, temperature, top-k and top-p, in transformers'
/// order. Keeps what was chosen; not thread-safe.
/// </summary>
/// <remarks>
/// Mirrors RepetitionPenaltyLogitsProcessor, TemperatureLogitsWarper, TopKLogitsWarper and TopPLogitsWarper (huggingface/transformers 4.50,
/// generation/logits_process). Which token a seed draws is our own.
/// </remarks>
internal sealed class TokenSampler
{
    private readonly GenerationOptions options;
    private readonly HashSet<int> seen;
    private ulong state;

    /// <summary>A sampler for a text after <paramref name="prompt"/>; texts with another <paramref name="stream"/> draw independently.</summary>
    public TokenSampler(GenerationOptions options, IEnumerable<int> prompt, int stream)
    {
        this.options = options;
        seen = [.. prompt];
        state = options.Seed;
        state = NextBits() + (ulong)stream;
    }

    /// <summary>Chooses the next token; <paramref name="logits"/> [V] are changed.</summary>
    /// <exception cref="InvalidOperationException">A logit is not a number.</exception>
    public int Next(Span<float> logits)
    {
        Penalize(logits);
        int likeliest = Likeliest(logits);
        int token = options.Sample ? Draw(logits, logits[likeliest]) : likeliest;
        seen.Add(token);
        return token;
    }

    private void Penalize(Span<float> logits)
    {
        float penalty = (float)options.RepetitionPenalty;
        if (penalty == 1)
        {
            return;
        }

        foreach (int token in seen)
        {
            if ((uint)token < (uint)logits.Length)
            {
                logits[token] = logits[token] < 0 ? logits[token] * penalty : logits[token] / penalty;
            }
        }
    }

    private static int Likeliest(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]))
            {
                throw new InvalidOperationException($"The logit of token {i} is not a number: the weights or the computation are broken.");
            }

            if (logits[i] > logits[best])
            {
                best = i;
            }
        }

        return best;
    }

    private int Draw(ReadOnlySpan<float> logits, float largest)
    {
        float least = options.TopK == 0 || options.TopK >= logits.Length ? float.NegativeInfinity : KthLargest(logits, options.TopK);
        List<(int Token, double Weight)> candidates = [];
        double total = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] >= least)
            {
                double weight = Math.Exp((logits[i] - largest) / options.Temperature);
                total += weight;
                candidates.Add((i, weight));
            }
        }

        return options.TopP < 1 ? Choose(Nucleus(candidates, total)) : Choose(candidates);
    }

    private static float KthLargest(ReadOnlySpan<float> logits, int k)
    {
        var kept = new PriorityQueue<float, float>(k + 1);
        foreach (float logit in logits)
        {
            if (kept.Count < k)
            {
                kept.Enqueue(logit, logit);
            }
            else if (logit > kept.Peek())
            {
                kept.EnqueueDequeue(logit, logit);
            }
        }

        return kept.Peek();
    }

    /// <summary>The likeliest candidates, as few as reach top-p together (Holtzman et al. 2020, equation 3).</summary>
    private List<(int Token, double Weight)> Nucleus(List<(int Token, double Weight)> candidates, double total)
    {
        // All that are less likely than this together do not reach 1 - p, so that they need not be sorted.
        double negligible = (1 - options.TopP) * total / candidates.Count;
        List<(int Token, double Weight)> likely = [.. candidates.Where(candidate => candidate.Weight > negligible).OrderByDescending(candidate => candidate.Weight)];
        double sum = 0;
        int count = 0;
        while (count < likely.Count && (count == 0 || sum < options.TopP * total))
        {
            sum += likely[count++].Weight;
        }

        likely.RemoveRange(count, likely.Count - count);
        return likely;
    }

    private int Choose(List<(int Token, double Weight)> candidates)
    {
        double place = (NextBits() >> 11) * (1.0 / (1UL << 53)) * candidates.Sum(candidate => candidate.Weight);
        foreach ((int token, double weight) in candidates)
        {
            place -= weight;
            if (place < 0)
            {
                return token;
            }
        }

        return candidates[^1].Token; // the sum rounded up
    }

    /// <summary>SplitMix64 (Steele et al. 2014), because a seed must draw the same on every machine and version.</summary>
    private ulong NextBits()
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            ulong z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
