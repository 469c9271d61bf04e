using System.Globalization;
using System.Text.RegularExpressions;
using DriveKD.Data.Errors;
using DriveKD.Models.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>
/// The likeliest tokens, with and without repetition penalty: of the whole batch with the key-value cache and without, and of each sample alone.
/// End tokens do not end a recorded generation.
/// </summary>
/// <remarks>Shapes: B batch, R image tokens, C channels, V vocabulary.</remarks>
internal static partial class GreedyStage
{
    public static void Run(Qwen25VLSubject subject, GoldenCase golden, StageTable stages, Qwen25VLInputs inputs, CancellationToken cancellation)
    {
        if (inputs.Samples is not SampleBatch samples || golden.Facts.Object("generation") is not GoldenFacts generation)
        {
            return;
        }

        if (golden.Facts.IntegerRows("prompt_ids") is not IReadOnlyList<long[]> promptIds || promptIds.Count != samples.Batch)
        {
            throw new InputException(
                $"{golden.Path}.json, prompt_ids", $"are no lists of ids for each of the {samples.Batch} samples, from which generation starts.");
        }

        Prompt[] prompts = [.. promptIds.Select((ids, row) => new Prompt(Array.ConvertAll(ids, id => checked((int)id)), samples.Pictures[row]))];
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor? features_RC = inputs.Encode(subject.Model, probe: null);
        foreach (string key in generation.Keys)
        {
            if (KeyPattern().Match(key) is { Success: true } match)
            {
                double penalty = match.Groups["penalty"] is { Success: true } group ? double.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 1;
                Compare(subject, stages, key, generation.Object(key)!, prompts, features_RC, penalty, cancellation);
            }
        }
    }

    private static void Compare(
        Qwen25VLSubject subject,
        StageTable stages,
        string key,
        GoldenFacts facts,
        Prompt[] prompts,
        Tensor? features_RC,
        double penalty,
        CancellationToken cancellation)
    {
        if (facts.IntegerRows("new_ids") is not IReadOnlyList<long[]> expected
            || expected.Count != prompts.Length
            || expected.Any(row => row.Length != expected[0].Length || row.Length == 0))
        {
            stages[Qwen25VLStages.GeneratedIds].Fail($"{key}: new_ids are no {prompts.Length} lists of equally many ids");
            return;
        }

        GenerationOptions options = new() { MaxNewTokens = expected[0].Length, RepetitionPenalty = penalty };
        int slotId = subject.Tokens.ImageSlotId;
        List<float[]> steps = [];
        TextGenerator generator = new(subject.Model, slotId);
        IReadOnlyList<IReadOnlyList<int>> cached = generator.GenerateFromFeatures(
            prompts, features_RC, options, onLogits: logits_BV => steps.Add(TensorValues.Floats(logits_BV)), cancellation: cancellation).TokenIds;
        CompareIds(stages[Qwen25VLStages.GeneratedIds], key, expected, cached);
        cancellation.ThrowIfCancellationRequested();

        IReadOnlyList<IReadOnlyList<int>> uncached = UncachedGenerator.Generate(subject.Model, slotId, prompts, features_RC, options, cancellation);
        CompareIds(stages[Qwen25VLStages.IdsWithoutCache], key, expected, uncached);
        if (facts.Boolean("equal_without_cache") is bool areEqual)
        {
            bool wereEqual = cached.Zip(uncached).All(pair => pair.First.SequenceEqual(pair.Second));
            stages[Qwen25VLStages.IdsWithoutCache].Same($"{key}.equal_without_cache", areEqual, wereEqual);
        }

        if (prompts.Length > 1)
        {
            CompareAlone(stages[Qwen25VLStages.IdsAlone], key, expected, prompts, features_RC, (prompt, own_RC) =>
                generator.GenerateFromFeatures([prompt], own_RC, options, cancellation: cancellation).TokenIds[0]);
        }

        CompareText(subject, stages, key, facts, cached);
        CompareGaps(stages[Qwen25VLStages.Gaps], key, facts, new GreedyGaps(prompts, steps, cached, penalty));
        CompareFirst(stages, key, facts, steps[0], prompts.Length);
    }

    private static void CompareIds(StageTally tally, string key, IReadOnlyList<long[]> expected, IReadOnlyList<IReadOnlyList<int>> actual)
    {
        for (int row = 0; row < expected.Count; row++)
        {
            tally.SameItems($"{key}.new_ids[{row}]", expected[row], [.. actual[row].Select(id => (long)id)]);
        }
    }

    private static void CompareAlone(
        StageTally tally,
        string key,
        IReadOnlyList<long[]> expected,
        Prompt[] prompts,
        Tensor? features_RC,
        Func<Prompt, Tensor?, IReadOnlyList<int>> generate)
    {
        int start = 0;
        for (int row = 0; row < prompts.Length; row++)
        {
            int tokens = prompts[row].Pictures.Sum(picture => picture.Tokens);
            using Tensor? own_RC = tokens == 0 ? null : features_RC!.narrow(0, start, tokens);
            tally.SameItems($"{key}.new_ids[{row}]", expected[row], [.. generate(prompts[row], own_RC).Select(id => (long)id)]);
            start += tokens;
        }
    }

    private static void CompareText(Qwen25VLSubject subject, StageTable stages, string key, GoldenFacts facts, IReadOnlyList<IReadOnlyList<int>> ids)
    {
        StageTally tally = stages[Qwen25VLStages.GeneratedText];
        if (facts.Texts("text") is IReadOnlyList<string> texts)
        {
            tally.SameItems($"{key}.text", texts, [.. ids.Select(row => subject.Tokenizer.Decode([.. row]))]);
        }

        if (facts.Boolean("contains_special_ids") is bool contains)
        {
            HashSet<int> special = [.. subject.Tokenizer.AddedTokens.Select(token => token.Id)];
            tally.Same($"{key}.contains_special_ids", contains, ids.Any(row => row.Any(special.Contains)));
        }
    }

    private static void CompareGaps(StageTally tally, string key, GoldenFacts facts, GreedyGaps gaps)
    {
        if (facts.Rows("margins") is IReadOnlyList<double[]> margins)
        {
            for (int row = 0; row < margins.Count; row++)
            {
                tally.Near($"{key}.margins[{row}]", Array.ConvertAll(margins[row], gap => (float)gap), row < gaps.Rows.Count ? gaps.Rows[row] : []);
            }
        }

        if (facts.Number("smallest_margin_between_first_and_second_logit") is double smallest)
        {
            tally.Near($"{key}.smallest_margin_between_first_and_second_logit", smallest, gaps.Rows.Min(row => row.Min()));
        }
    }

    /// <summary>The likeliest tokens of the first step.</summary>
    private static void CompareFirst(StageTable stages, string key, GoldenFacts facts, float[] logits_BV, int batch)
    {
        if (facts.Objects("first_step_top5") is not IReadOnlyList<GoldenFacts> recorded)
        {
            return;
        }

        int vocabulary = logits_BV.Length / batch;
        for (int row = 0; row < recorded.Count; row++)
        {
            if (row >= batch
                || recorded[row].Integers("ids") is not IReadOnlyList<int> ids
                || recorded[row].Numbers("logits") is not IReadOnlyList<double> logits)
            {
                stages[Qwen25VLStages.GenerationLogits].Fail($"{key}.first_step_top5[{row}] is no ids and logits of a sample");
                continue;
            }

            float[] own = logits_BV[(row * vocabulary)..((row + 1) * vocabulary)];
            float[] chosen = [.. ids.Select(id => id >= 0 && id < vocabulary ? own[id] : float.NaN)];
            stages[Qwen25VLStages.GenerationLogits].Near($"{key}.first_step_top5[{row}]", [.. logits.Select(logit => (float)logit)], chosen);
            // No other token may be likelier, by more than the logits may be off.
            HashSet<int> named = [.. ids];
            float others = own.Where((_, id) => !named.Contains(id)).DefaultIfEmpty(float.NegativeInfinity).Max();
            bool areLikeliest = chosen.All(logit => logit >= others - Qwen25VLTolerances.Gap);
            stages[Qwen25VLStages.GeneratedIds].Same($"{key}.first_step_top5[{row}] are the likeliest", true, areLikeliest);
        }
    }

    [GeneratedRegex(@"^greedy(?:_repetition_penalty_(?<penalty>[0-9]{1,3}(?:\.[0-9]{1,6})?))?$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPattern();
}
