using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>Runs the model once with every stage recorded, and compares all that the golden has of it.</summary>
internal static class ForwardStage
{
    public static void Run(GoldenSubject subject, GoldenCase golden, StageTable stages, CaseInputs inputs)
    {
        InternVLModel model = subject.Model;
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Probe probe = new(new ProbeRequest { RecordsStages = true });
        Tensor? hidden_BTC = null;
        if (inputs.RunsDecoder)
        {
            Tensor embeddings_BTC = inputs.Embed(model, probe);
            SequencePositions positions = inputs.Sequence?.Positions() ?? SequencePositions.Consecutive((int)embeddings_BTC.shape[0], (int)embeddings_BTC.shape[1]);
            hidden_BTC = model.Decode(embeddings_BTC, positions, cache: null, probe);
        }
        else if (inputs.Pixels_N3HW is not null)
        {
            model.EncodeTiles(inputs.Pixels_N3HW, probe);
        }
        else
        {
            return;
        }

        int depth = model.Config.Tower.Layers;
        RecordedStages recorded = new(
            probe,
            inputs.Pixels_N3HW is null ? null : depth,
            hidden_BTC,
            hidden_BTC is null ? null : model.Logits(hidden_BTC),
            model.Config.Language.Layers);
        foreach (string name in golden.Unused.ToList())
        {
            Compare(golden, stages, recorded, name);
        }

        if (hidden_BTC is not null && golden.Facts.Numbers("attention_row_max_mean_by_layer") is IReadOnlyList<double> peaks)
        {
            float[] actual = [.. Enumerable.Range(0, model.Config.Language.Layers).Select(layer => recorded.AttentionOf(layer).amax([-1]).mean().item<float>())];
            stages[ModelStages.AttentionPeaks].Near("attention_row_max_mean_by_layer", [.. peaks.Select(peak => (float)peak)], actual);
        }
    }

    private static void Compare(GoldenCase golden, StageTable stages, RecordedStages recorded, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        if (recorded.Find(name) is not (string stage, var value, var problem))
        {
            return;
        }

        Tensor expected = golden.Read(name);
        if (value is null)
        {
            stages[stage].Fail($"{name}: {problem}");
        }
        else
        {
            stages[stage].Near(name, expected, value);
        }
    }
}
