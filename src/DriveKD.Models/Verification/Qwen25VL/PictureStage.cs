using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Qwen25VL;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>Decodes, resizes and cuts the pictures anew, and compares their grids and values with the recorded ones.</summary>
internal static class PictureStage
{
    private const string Bytes = "pixel_values_uint8";
    private const string Values = "pixel_values";

    /// <summary>The grids of all pictures as recorded; none where the case has no pictures.</summary>
    /// <param name="subject">The checkpoint.</param>
    /// <param name="golden">The case.</param>
    /// <exception cref="InputException">They are no grids of single frames that can be cut into units.</exception>
    public static IReadOnlyList<PatchGrid> ReadGrids(Qwen25VLSubject subject, GoldenCase golden)
    {
        if (golden.ReadFirst(2, "image_grid_thw") is not Tensor grids)
        {
            return [];
        }

        return GridsOf($"{golden.Path}.safetensors, image_grid_thw", SampleBatch.RowsOf(grids), subject.Config.Vision.MergeSize);
    }

    /// <summary>Rows of time, height and width as grids.</summary>
    /// <param name="where">What holds them, for messages.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="mergeSize">Patches along one side of a unit.</param>
    /// <exception cref="InputException">They are no grids of single frames that can be cut into units.</exception>
    public static IReadOnlyList<PatchGrid> GridsOf(string where, IReadOnlyList<long[]> rows, int mergeSize) => [.. rows.Select(row =>
        row.Length == 3 && row[0] == 1 && row[1..].All(side => side > 0 && side <= short.MaxValue && side % mergeSize == 0)
            ? new PatchGrid((int)row[1], (int)row[2])
            : throw new InputException(
                where, $"holds [{string.Join(", ", row)}]; one frame and sides that are multiples of {mergeSize} are expected."))];

    /// <summary>Runs the comparison.</summary>
    /// <param name="subject">The checkpoint.</param>
    /// <param name="golden">The case.</param>
    /// <param name="stages">Where it is told.</param>
    /// <param name="grids">The pictures' patches.</param>
    /// <returns>
    /// The recorded values float32 [patches, values], or where none are recorded those of the pictures; caught by the caller's scope.
    /// </returns>
    /// <exception cref="InputException">The recorded pixels have an impossible shape, or there are none of any kind.</exception>
    public static Tensor? Run(Qwen25VLSubject subject, GoldenCase golden, StageTable stages, IReadOnlyList<PatchGrid> grids)
    {
        int width = subject.Config.Vision.PatchValues;
        PatchBytes bytes = new(subject.Config.Images.Normalization);
        byte[]? recordedBytes = null;
        float[]? recorded = null;
        if (golden.ReadFirst(2, Bytes) is Tensor levels_PX)
        {
            RequireShape(golden, Bytes, levels_PX, grids, width);
            recordedBytes = TensorValues.Bytes(levels_PX);
            recorded = bytes.ToValues(recordedBytes, width);
        }

        if (golden.ReadFirst(2, Values) is Tensor values_PX)
        {
            RequireShape(golden, Values, values_PX, grids, width);
            recorded = TensorValues.Floats(values_PX);
        }

        List<PicturePiece> pieces = Cut(subject, golden, stages[Qwen25VLStages.Pictures], grids);
        Compare(subject, stages, bytes, pieces, recorded, recordedBytes);
        recorded ??= pieces.Count > 0 ? [.. pieces.SelectMany(piece => piece.Values)] : null;
        if (grids.Count > 0 && recorded?.Length != grids.Sum(grid => (long)grid.Patches) * width)
        {
            throw new InputException(golden.Path + ".safetensors", $"has grids but neither {Values} nor {Bytes}, nor are all its pictures there.");
        }

        return grids.Count == 0 ? null : tensor(recorded!, [recorded!.Length / width, width]);
    }

    private static void RequireShape(GoldenCase golden, string name, Tensor pixels_PX, IReadOnlyList<PatchGrid> grids, int width)
    {
        long patches = grids.Sum(grid => (long)grid.Patches);
        if (!pixels_PX.shape.AsSpan().SequenceEqual([patches, width]) || (name == Bytes) != (pixels_PX.dtype == ScalarType.Byte))
        {
            throw new InputException(
                $"{golden.Path}.safetensors, tensor {name}",
                $"is {pixels_PX.dtype} {TensorShape.Format(pixels_PX.shape)}; grids and config expect {TensorShape.Format([patches, width])}.");
        }
    }

    /// <summary>All pictures as the model takes them; none where one is missing.</summary>
    private static List<PicturePiece> Cut(Qwen25VLSubject subject, GoldenCase golden, StageTally tally, IReadOnlyList<PatchGrid> grids)
    {
        if (golden.Facts.TextRows("images") is not IReadOnlyList<string[]> names)
        {
            if (grids.Count > 0)
            {
                tally.Skip("pictures (the case names none)");
            }

            return [];
        }

        List<PicturePiece> pieces = [];
        List<(long, long)> own = [];
        foreach (string name in names.SelectMany(row => row))
        {
            if (subject.FindPicture(name) is not string file)
            {
                tally.Fail($"{name} is not in the folder {Qwen25VLSubject.PictureFolder} beside the checkpoints");
                return [];
            }

            pieces.AddRange(subject.Config.Pictures.Process(ImageDecoder.Decode(file), name));
            own.Add((pieces[^1].Height / subject.Config.Vision.PatchSize, pieces[^1].Width / subject.Config.Vision.PatchSize));
        }

        if (grids.Count > 0 || own.Count > 0)
        {
            tally.SameItems("image_grid_thw", [.. grids.Select(grid => ((long)grid.Rows, (long)grid.Columns))], own);
        }

        return pieces;
    }

    private static void Compare(
        Qwen25VLSubject subject, StageTable stages, PatchBytes bytes, List<PicturePiece> pieces, float[]? recorded, byte[]? recordedBytes)
    {
        int start = 0;
        for (int i = 0; i < pieces.Count && recorded is not null; i++)
        {
            float[] own = pieces[i].Values;
            string name = string.Create(CultureInfo.InvariantCulture, $"picture {i}");
            int end = Math.Min(start + own.Length, recorded.Length);
            float[] expected = start < end ? recorded[start..end] : [];
            int width = subject.Config.Vision.PatchValues;
            byte[] expectedBytes = recordedBytes is null ? bytes.ToBytes(expected, width) : recordedBytes[Math.Min(start, end)..end];
            stages[Qwen25VLStages.Pictures].SameItems($"{name}, bytes", expectedBytes, bytes.ToBytes(own, width));
            stages[Qwen25VLStages.PixelValues].Near(name, expected, own);
            start += own.Length;
        }
    }
}
