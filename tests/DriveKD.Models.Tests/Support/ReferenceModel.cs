using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using TorchSharp.Modules;

namespace DriveKD.Models.Tests.Support;

/// <summary>
/// The formulas of the model written out plainly, in double precision and without torch: the oracle for every shape that no
/// recorded golden has. Rows are tokens, columns channels.
/// </summary>
internal sealed class ReferenceModel
{
    private readonly InternVLConfig _config;
    private readonly Dictionary<string, (double[] Values, long[] Shape)> _weights;

    public ReferenceModel(InternVLModel model)
    {
        _config = (InternVLConfig)model.Config;
        _weights = model.named_parameters().ToDictionary(pair => pair.name, pair => (Doubles(pair.parameter), pair.parameter.shape));
    }

    /// <summary>A parameter's values, to be changed in place.</summary>
    public double[] Parameter(string name) => _weights[name].Values;

    public IEnumerable<string> ParameterNames => _weights.Keys;

    /// <summary>One tile [3, height, width] to image tokens.</summary>
    public double[][] EncodeTile(float[] pixels, int height, int width)
    {
        VisionTowerConfig vision = _config.Vision;
        (int rows, int columns, int patch) = (height / vision.PatchSize, width / vision.PatchSize, vision.PatchSize);
        double[][] tokens = new double[1 + (rows * columns)][];
        double[][] positions = Positions(rows, columns);
        tokens[0] = Add(_weights["vision_model.embeddings.class_embedding"].Values, positions[0]);
        double[] kernel = _weights["vision_model.embeddings.patch_embedding.weight"].Values;
        double[] bias = _weights["vision_model.embeddings.patch_embedding.bias"].Values;
        for (int p = 0; p < rows * columns; p++)
        {
            double[] token = new double[vision.HiddenSize];
            for (int c = 0; c < token.Length; c++)
            {
                double sum = bias[c];
                for (int i = 0; i < 3 * patch * patch; i++)
                {
                    int y = (p / columns * patch) + (i / patch % patch);
                    int x = (p % columns * patch) + (i % patch);
                    sum += kernel[(c * 3 * patch * patch) + i] * pixels[(i / (patch * patch) * height * width) + (y * width) + x];
                }

                token[c] = sum;
            }

            tokens[1 + p] = Add(token, positions[1 + p]);
        }

        int depth = _config.SelectLayer >= 0 ? _config.SelectLayer : vision.Layers + 1 + _config.SelectLayer;
        for (int layer = 0; layer < depth; layer++)
        {
            tokens = VisionBlock(tokens, $"vision_model.encoder.layers.{layer}.");
        }

        double[][] shuffled = Shuffle(tokens[1..], rows, columns, _config.PatchesPerTokenSide);
        return [.. shuffled.Select(token => Linear(Linear(LayerNorm(token, "mlp1.0", 1e-5), "mlp1.1").Select(Gelu).ToArray(), "mlp1.3"))];
    }

    /// <summary>Embeddings of ids, image slots filled in order.</summary>
    public double[][] Embed(IReadOnlyList<int> ids, IReadOnlyList<double[]> features, int imageToken)
    {
        int next = 0;
        int width = _config.Language.HiddenSize;
        double[] table = _weights["language_model.model.embed_tokens.weight"].Values;
        return [.. ids.Select(id => id == imageToken && features.Count > 0 ? features[next++] : table[(id * width)..((id + 1) * width)])];
    }

    /// <summary>The decoder over one row without padding.</summary>
    public (double[][][] Hidden, double[][][][] Attention, double[][] Final, double[][] Logits) Decode(double[][] embeddings, IReadOnlyList<long>? positions = null)
    {
        LanguageModelConfig language = _config.Language;
        long[] at = positions is null ? [.. Enumerable.Range(0, embeddings.Length).Select(t => (long)t)] : [.. positions];
        List<double[][]> hidden = [embeddings];
        List<double[][][]> attention = [];
        for (int layer = 0; layer < language.Layers; layer++)
        {
            string prefix = $"language_model.model.layers.{layer}.";
            double[][] normed = [.. hidden[^1].Select(token => RmsNorm(token, prefix + "input_layernorm.weight", language.NormEpsilon))];
            (double[][] context, double[][][] maps) = SelfAttention(normed, prefix + "self_attn.", at);
            double[][] middle = [.. hidden[^1].Zip(context, (token, attended) => Add(token, Linear(attended, prefix + "self_attn.o_proj")))];
            hidden.Add([.. middle.Select(token => Add(token, Mlp(RmsNorm(token, prefix + "post_attention_layernorm.weight", language.NormEpsilon), prefix + "mlp.")))]);
            attention.Add(maps);
        }

        double[][] final = [.. hidden[^1].Select(token => RmsNorm(token, "language_model.model.norm.weight", language.NormEpsilon))];
        string head = _weights.ContainsKey("language_model.lm_head.weight") ? "language_model.lm_head" : "language_model.model.embed_tokens";
        return ([.. hidden], [.. attention], final, [.. final.Select(token => Linear(token, head))]);
    }

    /// <summary>Mean cross-entropy of the next token over labels that are not -100.</summary>
    public double Loss(IReadOnlyList<int> ids, IReadOnlyList<double[]> features, int imageToken, IReadOnlyList<long> labels)
    {
        double[][] logits = Decode(Embed(ids, features, imageToken)).Logits;
        double[] losses = [.. Enumerable.Range(1, labels.Count - 1).Where(t => labels[t] >= 0).Select(t =>
            Math.Log(logits[t - 1].Sum(value => Math.Exp(value - logits[t - 1].Max()))) + logits[t - 1].Max() - logits[t - 1][labels[t]])];
        return losses.Average();
    }

    /// <summary>Angle of a position and channel pair (MODELS 1.6).</summary>
    public static double Angle(LanguageModelConfig language, long position, int pair, long length)
    {
        double theta = language.RopeTheta;
        double width = language.HeadSize;
        if (language.RopeScaling == RopeScalingKind.Dynamic && length > language.MaxPositions)
        {
            theta *= Math.Pow((language.RopeFactor * length / language.MaxPositions) - (language.RopeFactor - 1), width / (width - 2));
        }

        double frequency = Math.Pow(theta, -2 * pair / width);
        return position * (language.RopeScaling == RopeScalingKind.Linear ? frequency / language.RopeFactor : frequency);
    }

    private (double[][] Context, double[][][] Maps) SelfAttention(double[][] tokens, string prefix, long[] positions)
    {
        LanguageModelConfig language = _config.Language;
        long length = positions.Max() + 1;
        double[][] Rotated(string name, int heads) => [.. tokens.Select((token, t) => Rotate(Linear(token, prefix + name), heads, positions[t], length))];
        double[][] queries = Rotated("q_proj", language.Heads);
        double[][] keys = Rotated("k_proj", language.KeyValueHeads);
        double[][] values = [.. tokens.Select(token => Linear(token, prefix + "v_proj"))];
        double[][] context = [.. tokens.Select(_ => new double[language.Heads * language.HeadSize])];
        double[][][] maps = new double[language.Heads][][];
        int group = language.Heads / language.KeyValueHeads;
        for (int head = 0; head < language.Heads; head++)
        {
            (int q, int k) = (head * language.HeadSize, head / group * language.HeadSize);
            maps[head] = [.. tokens.Select(_ => new double[tokens.Length])];
            for (int t = 0; t < tokens.Length; t++)
            {
                double[] scores = [.. Enumerable.Range(0, t + 1).Select(s => Dot(queries[t], q, keys[s], k, language.HeadSize) / Math.Sqrt(language.HeadSize))];
                Softmax(scores).CopyTo(maps[head][t], 0);
                for (int s = 0; s <= t; s++)
                {
                    for (int d = 0; d < language.HeadSize; d++)
                    {
                        context[t][q + d] += maps[head][t][s] * values[s][k + d];
                    }
                }
            }
        }

        return (context, maps);
    }

    private double[] Rotate(double[] vector, int heads, long position, long length)
    {
        int width = _config.Language.HeadSize;
        double[] rotated = new double[vector.Length];
        for (int head = 0; head < heads; head++)
        {
            for (int pair = 0; pair < width / 2; pair++)
            {
                double angle = Angle(_config.Language, position, pair, length);
                (double first, double second) = (vector[(head * width) + pair], vector[(head * width) + pair + (width / 2)]);
                rotated[(head * width) + pair] = (first * Math.Cos(angle)) - (second * Math.Sin(angle));
                rotated[(head * width) + pair + (width / 2)] = (second * Math.Cos(angle)) + (first * Math.Sin(angle));
            }
        }

        return rotated;
    }

    private double[] Mlp(double[] token, string prefix)
    {
        double[] gate = Linear(token, prefix + "gate_proj");
        double[] up = Linear(token, prefix + "up_proj");
        return Linear([.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)], prefix + "down_proj");
    }

    private double[][] VisionBlock(double[][] tokens, string prefix)
    {
        VisionTowerConfig vision = _config.Vision;
        int width = vision.HiddenSize;
        double[][] qkv = [.. tokens.Select(token => Linear(VisionNorm(token, prefix + "norm1"), prefix + "attn.qkv"))];
        double[][] Part(int third, string norm) => [.. qkv.Select(row =>
            vision.HasQkNorm && third < 2 ? RmsNorm(row[(third * width)..((third + 1) * width)], prefix + norm, vision.NormEpsilon) : row[(third * width)..((third + 1) * width)])];
        (double[][] queries, double[][] keys, double[][] values) = (Part(0, "attn.q_norm.weight"), Part(1, "attn.k_norm.weight"), Part(2, string.Empty));
        int size = vision.HeadSize;
        double[][] context = [.. tokens.Select(_ => new double[width])];
        for (int head = 0; head < vision.Heads; head++)
        {
            for (int t = 0; t < tokens.Length; t++)
            {
                double[] weights = Softmax([.. keys.Select(key => Dot(queries[t], head * size, key, head * size, size) / Math.Sqrt(size))]);
                for (int s = 0; s < tokens.Length; s++)
                {
                    for (int d = head * size; d < (head + 1) * size; d++)
                    {
                        context[t][d] += weights[s] * values[s][d];
                    }
                }
            }
        }

        double[] ls1 = _weights[prefix + "ls1"].Values;
        double[] ls2 = _weights[prefix + "ls2"].Values;
        double[][] middle = [.. tokens.Zip(context, (token, attended) => Add(token, Multiply(ls1, Linear(attended, prefix + "attn.proj"))))];
        return [.. middle.Select(token => Add(
            token, Multiply(ls2, Linear(Linear(VisionNorm(token, prefix + "norm2"), prefix + "mlp.fc1").Select(Gelu).ToArray(), prefix + "mlp.fc2"))))];
    }

    private double[] VisionNorm(double[] token, string name) =>
        _config.Vision.Norm == NormKind.RmsNorm ? RmsNorm(token, name + ".weight", _config.Vision.NormEpsilon) : LayerNorm(token, name, _config.Vision.NormEpsilon);

    /// <summary>Each token is the patches of a square, row by row; version v1 leaves the grid of tokens transposed.</summary>
    private double[][] Shuffle(double[][] patches, int rows, int columns, int side)
    {
        List<double[]> tokens = [];
        (int outer, int inner) = _config.KeepsGridOrientation ? (rows / side, columns / side) : (columns / side, rows / side);
        for (int a = 0; a < outer; a++)
        {
            for (int b = 0; b < inner; b++)
            {
                (int row, int column) = _config.KeepsGridOrientation ? (a, b) : (b, a);
                tokens.Add([.. Enumerable.Range(0, side * side).SelectMany(i => patches[(((row * side) + (i / side)) * columns) + (column * side) + (i % side)])]);
            }
        }

        return [.. tokens];
    }

    private double[][] Positions(int rows, int columns)
    {
        int side = _config.Vision.GridSize;
        int width = _config.Vision.HiddenSize;
        double[] stored = _weights["vision_model.embeddings.position_embedding"].Values;
        double[] At(int index) => stored[(index * width)..((index + 1) * width)];
        double[][] positions = new double[1 + (rows * columns)][];
        positions[0] = At(0);
        for (int i = 0; i < rows * columns; i++)
        {
            (double Weight, int Index)[] vertical = Cubic(i / columns, rows, side);
            (double Weight, int Index)[] horizontal = Cubic(i % columns, columns, side);
            double[] sum = new double[width];
            foreach ((double wy, int y) in vertical)
            {
                foreach ((double wx, int x) in horizontal)
                {
                    sum = Add(sum, [.. At(1 + (y * side) + x).Select(value => wy * wx * value)]);
                }
            }

            positions[1 + i] = sum;
        }

        return positions;
    }

    /// <summary>Cubic convolution with a = -0.75 and clamped borders: four taps of one axis.</summary>
    private static (double Weight, int Index)[] Cubic(int output, int outputs, int inputs)
    {
        const double A = -0.75;
        double source = ((output + 0.5) * inputs / outputs) - 0.5;
        int floor = (int)Math.Floor(source);
        return [.. Enumerable.Range(-1, 4).Select(offset =>
        {
            double x = Math.Abs(source - (floor + offset));
            double weight = x <= 1 ? ((A + 2) * x * x * x) - ((A + 3) * x * x) + 1 : (A * x * x * x) - (5 * A * x * x) + (8 * A * x) - (4 * A);
            return (weight, Math.Clamp(floor + offset, 0, inputs - 1));
        })];
    }

    private double[] Linear(double[] input, string name)
    {
        (double[] weight, long[] shape) = _weights[name + ".weight"];
        double[]? bias = _weights.TryGetValue(name + ".bias", out (double[] Values, long[] Shape) found) ? found.Values : null;
        return [.. Enumerable.Range(0, (int)shape[0]).Select(row => Dot(weight, row * input.Length, input, 0, input.Length) + (bias?[row] ?? 0))];
    }

    private double[] LayerNorm(double[] input, string name, double epsilon)
    {
        double mean = input.Average();
        double scale = 1 / Math.Sqrt(input.Average(value => (value - mean) * (value - mean)) + epsilon);
        return Add(Multiply(_weights[name + ".weight"].Values, [.. input.Select(value => (value - mean) * scale)]), _weights[name + ".bias"].Values);
    }

    private double[] RmsNorm(double[] input, string name, double epsilon)
    {
        double scale = 1 / Math.Sqrt(input.Average(value => value * value) + epsilon);
        return Multiply(_weights[name].Values, [.. input.Select(value => value * scale)]);
    }

    private static double[] Softmax(double[] scores)
    {
        double greatest = scores.Max();
        double[] weights = [.. scores.Select(score => Math.Exp(score - greatest))];
        double total = weights.Sum();
        return [.. weights.Select(weight => weight / total)];
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

    private static double Dot(double[] a, int startA, double[] b, int startB, int count)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += a[startA + i] * b[startB + i];
        }

        return sum;
    }

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double[] Multiply(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x * y)];

    private static double[] Doubles(Parameter parameter)
    {
        using TorchSharp.torch.Tensor wide = parameter.detach().to(TorchSharp.torch.ScalarType.Float64);
        return wide.data<double>().ToArray();
    }
}
