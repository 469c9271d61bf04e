using DriveKD.Data.Errors;
using DriveKD.Distillation.Optimization;
using DriveKD.Runs.Folders;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>
/// The learned maps of hidden-state signals whose student and teacher differ in width: one per signal and student layer. They are
/// trained with the student, belong to a run's state and are left behind at its end. Owns them.
/// </summary>
/// <remarks>Shapes: D the teacher's channels, C the student's.</remarks>
internal sealed class HiddenStateMaps : IDisposable
{
    private readonly SortedDictionary<string, Parameter> _maps = new(StringComparer.Ordinal);

    /// <param name="shapes">The maps that the run's signals ask for.</param>
    /// <param name="seeds">The run's seed: each map starts from the stream <c>weights/NAME</c>.</param>
    /// <param name="device">Where they lie.</param>
    public HiddenStateMaps(IEnumerable<HiddenStateMapShape> shapes, SeedStreams seeds, Device device)
    {
        foreach (HiddenStateMapShape shape in shapes)
        {
            _maps.Add(shape.Name, Create(shape, seeds.Open("weights/" + shape.Name), device));
        }
    }

    /// <summary>float32 [D, C] by name, in the order of names.</summary>
    public IReadOnlyDictionary<string, Parameter> Parameters => _maps;

    /// <summary>Takes back saved maps.</summary>
    /// <param name="state">What <see cref="Parameters"/> was; copied.</param>
    /// <exception cref="InputException">They belong to other signals.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        SavedTensors.Check(state, _maps.ToDictionary(map => map.Key, map => (Tensor)map.Value), isWhole: true);
        using IDisposable noGrad = no_grad();
        foreach ((string name, Parameter map) in _maps)
        {
            map.copy_(state[name]);
        }
    }

    public void Dispose()
    {
        foreach (Parameter map in _maps.Values)
        {
            map.Dispose();
        }
    }

    /// <summary>Normal values of deviation 1 / sqrt(C): a mapped state starts at the length of a state.</summary>
    private static Parameter Create(HiddenStateMapShape shape, RandomStream random, Device device)
    {
        double deviation = 1 / Math.Sqrt(shape.StudentWidth);
        float[] values = new float[(long)shape.TeacherWidth * shape.StudentWidth];
        for (int i = 0; i < values.Length; i++)
        {
            // Box and Muller; 1 - u is never 0.
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        using Tensor flat = tensor(values);
        using Tensor shaped_DC = flat.reshape(shape.TeacherWidth, shape.StudentWidth);
        Parameter map = new(shaped_DC.to(device, copy: true), requires_grad: true);
        map.DetachFromDisposeScope();
        return map;
    }
}
