using DriveKD.Data.Errors;
using DriveKD.Models.Verification;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>One parameter_order*.json: how the trained parameters lie in a flattened vector.</summary>
internal sealed class ParameterOrder
{
    private readonly string _file;
    private readonly IReadOnlyList<(string Name, long Count)> _entries;

    private ParameterOrder(string file, IReadOnlyList<(string Name, long Count)> entries) => (_file, _entries) = (file, entries);

    /// <summary>The names in order.</summary>
    public IReadOnlyList<string> Names => [.. _entries.Select(entry => entry.Name)];

    /// <summary>The vector's length.</summary>
    public long Total => _entries.Sum(entry => entry.Count);

    /// <summary>Reads an order.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">It is not of this form.</exception>
    public static ParameterOrder Read(string file)
    {
        GoldenFacts facts = GoldenFile.ReadObject(file);
        List<(string, long)> entries = [];
        foreach (GoldenFacts entry in facts.Need("parameters", facts.Objects("parameters")))
        {
            IReadOnlyList<int> shape = entry.Need("shape", entry.Integers("shape"));
            long count = shape.Aggregate(1L, (product, size) => product * size);
            if (count != entry.Integer("count"))
            {
                throw entry.Wrong("count", $"the product of the shape, {count}");
            }

            entries.Add((entry.Need("name", entry.Text("name")), count));
        }

        ParameterOrder order = new(file, entries);
        return facts.Integer("total") is null || facts.Integer("total") == order.Total ? order : throw facts.Wrong("total", $"the sum of all counts, {order.Total}");
    }

    /// <summary>Puts tensors of the trained parameters into one vector; where there is none, zeros.</summary>
    /// <param name="names">The trained parameters in the order of training.</param>
    /// <param name="parameters">The parameters themselves.</param>
    /// <param name="pick">The tensor of a parameter, by its place.</param>
    /// <returns>float32 on the processor, owned by the caller.</returns>
    /// <exception cref="InputException">Other parameters are trained, or have other sizes.</exception>
    public Tensor Flatten(IReadOnlyList<string> names, IReadOnlyList<Parameter> parameters, Func<int, Tensor?> pick)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, int> places = names.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        List<Tensor> parts = [];
        foreach ((string name, long count) in _entries)
        {
            if (!places.TryGetValue(name, out int place) || parameters[place].numel() != count)
            {
                throw new InputException($"{_file}, {name}", $"is no parameter of {count} numbers among those that are trained here.");
            }

            parts.Add(pick(place)?.detach().to(ScalarType.Float32, CPU).reshape(-1) ?? zeros(count));
        }

        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>1 everywhere but in the key third of the vision tower's qkv biases, whose true gradient is 0.</summary>
    public Tensor WithoutVisionKeyBias()
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> parts = [];
        foreach ((string name, long count) in _entries)
        {
            Tensor part = ones(count);
            if (name.StartsWith("vision_model.", StringComparison.Ordinal) && name.EndsWith("attn.qkv.bias", StringComparison.Ordinal))
            {
                part.narrow(0, count / 3, count / 3).zero_();
            }

            parts.Add(part);
        }

        return cat(parts).MoveToOuterDisposeScope();
    }
}
