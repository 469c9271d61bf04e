using DriveKD.Models.Qwen25VL;
using TorchSharp.Modules;

namespace DriveKD.Models.Tests.Qwen25VL;

/// <summary>
/// The formulas of the tower written out plainly, in double precision, without torch and without any reordering: who sees whom is asked pair by
/// pair. Rows are patches, columns channels.
/// </summary>
internal sealed class ReferenceTower
{
    private readonly Qwen25VLVisionConfig _config;
    private readonly Dictionary<string, double[]> _weights;

    public ReferenceTower(Qwen25VLTower tower, Qwen25VLVisionConfig config)
    {
        _config = config;
        _weights = tower.named_parameters().ToDictionary(pair => pair.name, pair => Doubles(pair.parameter));
    }

    /// <summary>A parameter's values, to be changed in place.</summary>
    public double[] Parameter(string name) => _weights[name];

    /// <summary>Patches of one picture to units before the merger.</summary>
    public double[][] Encode(double[][] patches, PatchGrid grid)
    {
        (int Row, int Column)[] places = [.. Enumerable.Range(0, grid.Patches).Select(patch => Place(patch, grid))];
        double[][] hidden = [.. patches.Select(patch => Linear(patch, "patch_embed.proj"))];
        for (int block = 0; block < _config.Layers; block++)
        {
            string prefix = $"blocks.{block}.";
            int window = _config.WindowSide * _config.MergeSize;
            bool isFull = _config.FullAttentionBlocks.Contains(block);
            bool Sees(int a, int b) =>
                isFull || (places[a].Row / window == places[b].Row / window && places[a].Column / window == places[b].Column / window);
            double[][] attended = Attend([.. hidden.Select(row => RmsNorm(row, prefix + "norm1.weight"))], prefix + "attn.", places, Sees);
            double[][] middle = [.. hidden.Zip(attended, Add)];
            hidden = [.. middle.Select(row => Add(row, Mlp(RmsNorm(row, prefix + "norm2.weight"), prefix + "mlp.")))];
        }

        return [.. hidden.Chunk(_config.PatchesPerUnit).Select(unit => unit.SelectMany(row => row).ToArray())];
    }

    /// <summary>Units to what the decoder takes.</summary>
    public double[][] Merge(double[][] units) =>
    [
        .. units.Select(unit =>
        {
            double[] normed = [.. unit.Chunk(_config.HiddenSize).SelectMany(row => RmsNorm(row, "merger.ln_q.weight"))];
            return Linear([.. Linear(normed, "merger.mlp.0").Select(Gelu)], "merger.mlp.2");
        }),
    ];

    private (int Row, int Column) Place(int patch, PatchGrid grid)
    {
        int side = _config.MergeSize;
        (int unit, int inner) = (patch / (side * side), patch % (side * side));
        int unitsPerRow = grid.Columns / side;
        return ((unit / unitsPerRow * side) + (inner / side), (unit % unitsPerRow * side) + (inner % side));
    }

    private double[][] Attend(double[][] normed, string prefix, (int Row, int Column)[] places, Func<int, int, bool> sees)
    {
        (int width, int size) = (_config.HiddenSize, _config.HeadSize);
        double[][] qkv = [.. normed.Select(row => Linear(row, prefix + "qkv"))];
        double[][] context = [.. normed.Select(_ => new double[width])];
        for (int head = 0; head < _config.Heads; head++)
        {
            double[][] Part(int third) => [.. qkv.Select(row => row[((third * width) + (head * size))..((third * width) + ((head + 1) * size))])];
            double[][] queries = [.. Part(0).Select((row, patch) => Rotate(row, places[patch]))];
            double[][] keys = [.. Part(1).Select((row, patch) => Rotate(row, places[patch]))];
            double[][] values = Part(2);
            for (int a = 0; a < normed.Length; a++)
            {
                int[] seen = [.. Enumerable.Range(0, normed.Length).Where(b => sees(a, b))];
                double[] scores = [.. seen.Select(b => Math.Exp(queries[a].Zip(keys[b], (x, y) => x * y).Sum() / Math.Sqrt(size)))];
                double total = scores.Sum();
                foreach ((int index, int b) in seen.Index())
                {
                    for (int d = 0; d < size; d++)
                    {
                        context[a][(head * size) + d] += scores[index] / total * values[b][d];
                    }
                }
            }
        }

        return [.. context.Select(row => Linear(row, prefix + "proj"))];
    }

    private double[] Rotate(double[] row, (int Row, int Column) place)
    {
        int half = _config.HeadSize / 2;
        double[] rotated = new double[row.Length];
        for (int pair = 0; pair < half; pair++)
        {
            double frequency = Math.Pow(10000, -2.0 * (pair % (half / 2)) / half);
            double angle = frequency * (pair < half / 2 ? place.Row : place.Column);
            rotated[pair] = (row[pair] * Math.Cos(angle)) - (row[pair + half] * Math.Sin(angle));
            rotated[pair + half] = (row[pair + half] * Math.Cos(angle)) + (row[pair] * Math.Sin(angle));
        }

        return rotated;
    }

    private double[] Mlp(double[] row, string prefix)
    {
        double[] gate = Linear(row, prefix + "gate_proj");
        return Linear([.. gate.Zip(Linear(row, prefix + "up_proj"), (g, u) => g / (1 + Math.Exp(-g)) * u)], prefix + "down_proj");
    }

    private double[] Linear(double[] input, string name)
    {
        double[] weight = _weights[name + ".weight"];
        double[]? bias = _weights.GetValueOrDefault(name + ".bias");
        double[] output = new double[weight.Length / input.Length];
        for (int i = 0; i < weight.Length; i++)
        {
            output[i / input.Length] += weight[i] * input[i % input.Length];
        }

        return bias is null ? output : Add(output, bias);
    }

    private double[] RmsNorm(double[] row, string name)
    {
        double scale = 1 / Math.Sqrt(row.Average(value => value * value) + _config.NormEpsilon);
        return [.. row.Zip(_weights[name], (value, weight) => value * scale * weight)];
    }

    private static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    private static double Erf(double x)
    {
        if (Math.Abs(x) > 4)
        {
            return Math.Sign(x);
        }

        // The Taylor series loses 7 digits at |x| = 4, which still leaves more than float32 holds.
        double term = x;
        double sum = x;
        for (int n = 1; n < 120; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double[] Doubles(Parameter parameter)
    {
        using TorchSharp.torch.Tensor wide = parameter.detach().to(TorchSharp.torch.ScalarType.Float64);
        return wide.data<double>().ToArray();
    }
}
