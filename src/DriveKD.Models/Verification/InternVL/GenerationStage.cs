using DriveKD.Data.Imaging;
using DriveKD.Models.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>Greedy generation with the key-value cache: of one prompt with its logits, or of a padded batch.</summary>
internal static class GenerationStage
{
    public static void Run(GoldenSubject subject, GoldenCase golden, StageTable stages, CaseInputs inputs, CancellationToken cancellation)
    {
        if (inputs.Sequence is not SequenceInputs sequence || !inputs.IsComplete)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        if (sequence.Batch == 1 && golden.ReadFirst(1, "generation.token_ids") is Tensor one)
        {
            CompareOne(subject, golden, stages, inputs, TensorValues.Integers(one), cancellation);
        }
        else if (golden.ReadFirst(2, "generated_ids") is Tensor many)
        {
            CompareBatch(subject, golden, stages, inputs, many, cancellation);
        }
    }

    private static void CompareOne(
        GoldenSubject subject, GoldenCase golden, StageTable stages, CaseInputs inputs, long[] expected, CancellationToken cancellation)
    {
        GoldenFacts? facts = golden.Facts.Object("generation");
        HashSet<int> stop = [facts?.Integer("stop_token") ?? subject.Tokens.TurnEndId];
        List<float[]> steps = [];

        // Where the stop token is not among the ids, its step may still be among the logits.
        int limit = (int)Math.Max(expected.Length, golden.ShapeOf("generation.top5_ids") is [long rows, ..] ? rows : 0);
        GenerationResult result = Generate(subject, inputs, limit, stop, logits_BV => steps.Add(TensorValues.Floats(logits_BV)), cancellation);
        StageTally ids = stages[ModelStages.GeneratedIds];
        bool includesStop = CompareRow(ids, "generation.token_ids", expected, result, row: 0, stop, limit);
        string text = subject.Tokenizer.Decode([.. result.TokenIds[0]], skipSpecialTokens: true);
        if (facts is not null)
        {
            CompareFacts(facts, stages, result, includesStop, text);
        }

        StageTally tally = stages[ModelStages.GenerationLogits];
        if (golden.ReadFirst(1, "generation.last_step_logits") is Tensor last_V)
        {
            tally.Near("generation.last_step_logits", TensorValues.Floats(last_V), steps[^1]);
        }

        if (golden.ReadFirst(2, "generation.top5_ids") is Tensor topIds && golden.ReadFirst(2, "generation.top5_logits") is Tensor topLogits)
        {
            CompareTop(ids, tally, TensorValues.Integers(topIds), TensorValues.Floats(topLogits), (int)topIds.shape[1], steps);
        }
    }

    private static void CompareFacts(GoldenFacts facts, StageTable stages, GenerationResult result, bool includesStop, string text)
    {
        StageTally ids = stages[ModelStages.GeneratedIds];
        int stopTokens = includesStop ? 1 : 0;
        if (facts.Integer("new_tokens") is int count)
        {
            ids.Same("new_tokens", count, result.TokenIds[0].Count + stopTokens);
        }

        if (facts.Integer("distinct_tokens") is int distinct)
        {
            ids.Same("distinct_tokens", distinct, result.TokenIds[0].Distinct().Count() + stopTokens);
        }

        if (facts.Boolean("stopped_early") is bool stopped)
        {
            ids.Same("stopped_early", stopped, result.Stopped[0]);
        }

        if (facts.Text("text") is string recorded)
        {
            stages[ModelStages.GeneratedText].Same("text", recorded, text);
        }

        if (facts.Text("chat_method_output") is string trimmed)
        {
            stages[ModelStages.GeneratedText].Same("chat_method_output", trimmed, text.Trim());
        }
    }

    /// <summary>The likeliest tokens of every step. Two of them may change places only where their logits lie within the tolerance of each other.</summary>
    private static void CompareTop(StageTally ids, StageTally logits, long[] topIds, float[] topLogits, int width, List<float[]> steps)
    {
        if (topIds.Length != topLogits.Length || topIds.Length != width * steps.Count)
        {
            logits.Fail($"generation.top5_ids: {topIds.Length} ids and {topLogits.Length} logits, {steps.Count} steps of {width} are expected");
            return;
        }

        float[] actual = new float[topLogits.Length];
        for (int step = 0; step < steps.Count; step++)
        {
            float[] values = steps[step];
            int[] order = Likeliest(values, width);
            for (int rank = 0; rank < width; rank++)
            {
                int place = (step * width) + rank;
                long id = topIds[place];
                actual[place] = id >= 0 && id < values.Length ? values[id] : float.NaN;
                bool isTie = rank > 0 && Math.Abs(actual[place] - values[order[rank]]) <= 2 * ModelTolerances.Logits;
                ids.Same($"generation.top5_ids[{step}, {rank}]", id, isTie ? id : order[rank]);
            }
        }

        logits.Near("generation.top5_logits", topLogits, actual);
    }

    /// <summary>The ids of the greatest values, the greatest first; a vocabulary is too long to be sorted at every step.</summary>
    private static int[] Likeliest(float[] values, int count)
    {
        List<int> chosen = [];
        while (chosen.Count < Math.Min(count, values.Length))
        {
            int best = -1;
            for (int id = 0; id < values.Length; id++)
            {
                if ((best < 0 || values[id] > values[best]) && !chosen.Contains(id))
                {
                    best = id;
                }
            }

            chosen.Add(best);
        }

        return [.. chosen];
    }

    private static void CompareBatch(
        GoldenSubject subject, GoldenCase golden, StageTable stages, CaseInputs inputs, Tensor expected_BT, CancellationToken cancellation)
    {
        StageTally tally = stages[ModelStages.GeneratedIds];
        SequenceInputs sequence = inputs.Sequence!;
        if (expected_BT.shape[0] != sequence.Batch)
        {
            tally.Fail($"generated_ids: {expected_BT.shape[0]} rows, the ids have {sequence.Batch}");
            return;
        }

        int steps = (int)expected_BT.shape[1];
        long[] expected = TensorValues.Integers(expected_BT);
        GenerationResult result = Generate(subject, inputs, steps, subject.EndTokens, null, cancellation);
        for (int row = 0; row < sequence.Batch; row++)
        {
            CompareRow(tally, $"generated_ids[{row}]", expected.AsSpan(row * steps, steps).ToArray(), result, row, subject.EndTokens, steps);
        }

        if (golden.Facts.Texts("generated_text") is IReadOnlyList<string> texts)
        {
            stages[ModelStages.GeneratedText].SameItems(
                "generated_text", texts, [.. result.TokenIds.Select(row => subject.Tokenizer.Decode([.. row], skipSpecialTokens: true))]);
        }
    }

    private static GenerationResult Generate(
        GoldenSubject subject, CaseInputs inputs, int steps, IReadOnlySet<int> stop, Action<Tensor>? onLogits, CancellationToken cancellation)
    {
        SequenceInputs sequence = inputs.Sequence!;
        Prompt[] prompts = [.. Enumerable.Range(0, sequence.Batch).Select(row => new Prompt(sequence.RowIds(row), LayoutsOf((int)sequence.RowSlots(row))))];
        long imageToken = sequence.Ids.Zip(sequence.IsImage).FirstOrDefault(pair => pair.Second, (subject.Tokens.ImageSlotId, true)).First;
        TextGenerator generator = new(subject.Model, (int)imageToken);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return generator.GenerateFromFeatures(
            prompts,
            inputs.Pixels_N3HW is null ? null : subject.Model.EncodeTiles(inputs.Pixels_N3HW).flatten(0, 1),
            new GenerationOptions { MaxNewTokens = steps, StopTokens = stop },
            onLogits: onLogits,
            cancellation: cancellation);
    }

    /// <summary>A row's slots as one picture: positions do not depend on how they are shared.</summary>
    private static PictureLayout[] LayoutsOf(int slots) => slots == 0 ? [] : [new PictureLayout(new TileGrid(1, 1), HasThumbnail: false, 1, slots)];

    /// <summary>A recorded row may end with the stop token and, in a batch, padding behind it.</summary>
    /// <returns>Whether the stop token is among the recorded ids.</returns>
    private static bool CompareRow(
        StageTally tally, string item, long[] expected, GenerationResult result, int row, IReadOnlySet<int> stop, int limit)
    {
        int end = Array.FindIndex(expected, id => stop.Contains((int)id));
        tally.SameItems(item, end < 0 ? expected : expected[..end], [.. result.TokenIds[row].Select(id => (long)id)]);
        if (end >= 0 || limit == expected.Length)
        {
            tally.Same($"{item} ends at a stop token", end >= 0, result.Stopped[row]);
        }

        return end >= 0;
    }
}
