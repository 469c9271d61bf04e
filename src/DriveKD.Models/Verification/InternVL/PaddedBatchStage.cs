using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>What is recorded of padded batches besides the batch itself: positions, every row alone, and positions that count padding.</summary>
/// <remarks>Shapes: B batch, T tokens, N tiles, V vocabulary.</remarks>
internal static class PaddedBatchStage
{
    public static void Run(GoldenSubject subject, GoldenCase golden, StageTable stages, CaseInputs inputs)
    {
        if (inputs.Sequence is not SequenceInputs sequence)
        {
            return;
        }

        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        if (golden.ReadFirst(2, "position_ids", "llm.position_ids") is Tensor positions_BT)
        {
            using Tensor own_BT = sequence.Positions().ToTensor(CPU);
            stages[ModelStages.Tokens].SameItems("position_ids", TensorValues.Integers(positions_BT), TensorValues.Integers(own_BT));
        }

        if (inputs.FormsEmbeddings && golden.ReadFirst(2, "last_logits_default_position_ids") is Tensor counted_BV)
        {
            SequencePositions positions = SequencePositions.Uninterrupted(sequence.IsPadding_BT ?? new bool[sequence.Batch, sequence.Length]);
            Tensor hidden_BTC = subject.Model.Decode(inputs.Embed(subject.Model, probe: null), positions)!;
            stages[ModelStages.Logits].Near("last_logits_default_position_ids", counted_BV, subject.Model.Logits(hidden_BTC[.., ^1]));
        }

        if (inputs.IsComplete && golden.ReadFirst(2, "last_logits_single_unpadded") is Tensor single_BV)
        {
            stages[ModelStages.Logits].Near("last_logits_single_unpadded", single_BV, SingleLogits(subject, inputs));
        }
    }

    private static Tensor SingleLogits(GoldenSubject subject, CaseInputs inputs)
    {
        InternVLModel model = subject.Model;
        SequenceInputs sequence = inputs.Sequence!;
        List<Tensor> rows = [];
        long tile = 0;
        for (int b = 0; b < sequence.Batch; b++)
        {
            SequenceInputs row = sequence.Row(b);
            Tensor? features_NPC = null;
            if (inputs.Pixels_N3HW is not null && row.Slots > 0)
            {
                long tiles = row.Slots / CaseInputs.TokensPerTile(subject, inputs.Pixels_N3HW);
                features_NPC = model.EncodeTiles(inputs.Pixels_N3HW.narrow(0, tile, tiles));
                tile += tiles;
            }

            Tensor embeddings_1TC = model.Embed(row.IdsTensor(), features_NPC is null ? null : row.ImageMaskTensor(), features_NPC?.flatten(0, 1));
            rows.Add(model.Logits(model.Decode(embeddings_1TC, row.Positions())![.., ^1]));
        }

        return cat(rows);
    }
}
