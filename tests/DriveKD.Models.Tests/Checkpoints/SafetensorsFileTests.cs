using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Checkpoints;

public class SafetensorsFileTests
{
    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void WriteThenRead_EveryDType_KeepsValuesAndConverts(ScalarType dtype)
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        Tensor values = arange(0, 60, dtype: ScalarType.Int64).remainder(2 + (long)dtype % 3 + 50).to(dtype).view(3, 4, 5);
        SafetensorsWriter.Write(folder["x.safetensors"], [new("values", values), new("none", empty(0, 3)), new("scalar", tensor(2.5f))]);

        using SafetensorsFile file = SafetensorsFile.Open(folder["x.safetensors"]);

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(0, file.Entries[0].Offset % 8);
        TensorEntry entry = file.TryGet("values")!;
        Assert.True(Goldens.IsSame(values, file.ReadTensor(entry)));
        Assert.True(Goldens.IsSame(values.to(ScalarType.Float32), file.ReadTensor(entry, dtype: ScalarType.Float32)));
        Tensor strided = zeros(5, 4, 3, dtype).permute(2, 1, 0);
        file.CopyTo(entry, strided);
        Assert.True(Goldens.IsSame(values, strided));
        Assert.Equal([0, 3], file.ReadTensor(file.TryGet("none")!).shape);
        Assert.Equal(2.5f, file.ReadTensor(file.TryGet("scalar")!).ToSingle());
        Assert.Null(file.TryGet("Values"));
    }

    [Fact]
    public void CopyTo_ManyChunks_KeepsEveryValue()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        int count = (2 * SafetensorsFile.ChunkBytes / 2) + 12345;
        Tensor values = arange(count, dtype: ScalarType.Int32).remainder(251).to(ScalarType.BFloat16);
        SafetensorsWriter.Write(folder["x.safetensors"], [new("values", values)]);

        using SafetensorsFile file = SafetensorsFile.Open(folder["x.safetensors"]);
        Tensor wide = file.ReadTensor(file.Entries[0], dtype: ScalarType.Float32);

        Assert.True(Goldens.IsSame(values.to(ScalarType.Float32), wide));
    }

    [Fact]
    public void CopyTo_Parameter_FillsInPlaceWithoutGradient()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        SafetensorsWriter.Write(folder["x.safetensors"], [new("w", ones(2, 3))]);
        using SafetensorsFile file = SafetensorsFile.Open(folder["x.safetensors"]);
        TorchSharp.Modules.Parameter parameter = nn.Parameter(zeros(2, 3));

        file.CopyTo(file.Entries[0], parameter);

        Assert.Equal(6, parameter.sum().ToSingle());
        Assert.True(parameter.requires_grad);
        Assert.Throws<ArgumentException>(() => file.CopyTo(file.Entries[0], zeros(3, 2)));
    }

    [Fact]
    public void ReadTensor_OwnScope_LeavesNothingBehind()
    {
        using TemporaryFolder folder = new();
        using (Tensor weight = ones(4, 5))
        {
            SafetensorsWriter.Write(folder["x.safetensors"], [new("w", weight)]);
        }

        using SafetensorsFile file = SafetensorsFile.Open(folder["x.safetensors"]);
        using DisposeScope scope = NewDisposeScope();
        using Tensor read = file.ReadTensor(file.Entries[0], dtype: ScalarType.Float64);
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void ReadBytes_AfterDispose_IsRefused()
    {
        using TemporaryFolder folder = new();
        string path = RawSafetensors.Write(folder["x.safetensors"], """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 4);
        SafetensorsFile file = SafetensorsFile.Open(path);
        byte[] data = new byte[4];
        file.ReadBytes(file.Entries[0], 0, data);
        file.ReadBytes(file.Entries[0], 3, data.AsSpan(0, 1));
        Assert.Equal([3, 1, 2, 3], data);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadBytes(file.Entries[0], 1, data));

        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.ReadBytes(file.Entries[0], 0, data));
    }

    [Fact]
    public void Write_FailingInTheMiddle_LeavesTheOldFile()
    {
        using TemporaryFolder folder = new();
        string path = RawSafetensors.Write(folder["x.safetensors"], "{}", 0);
        TensorSpec[] specs = [new("a", TensorDType.U8, [4])];

        Assert.Throws<InputException>(() => SafetensorsWriter.Write(path, specs, (_, _) => throw new IOException("No space left on device")));
        Assert.Throws<InvalidOperationException>(() => SafetensorsWriter.Write(path, specs, (_, stream) => stream.WriteByte(1)));

        Assert.Equal([path], Directory.GetFiles(folder.Path));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Empty(file.Entries);
    }

    [Fact]
    public void CreateHeader_AwkwardNames_ReadBackAsTheyAre()
    {
        string[] names = ["plain", "with \"quotes\" and \\", "Ġ ö 漢 😀", "<|a|>", string.Empty];
        using TemporaryFolder folder = new();
        TensorSpec[] specs = [.. names.Select(name => new TensorSpec(name, TensorDType.U8, [1]))];
        SafetensorsWriter.Write(folder["x.safetensors"], specs, (index, stream) => stream.WriteByte((byte)index));

        using SafetensorsFile file = SafetensorsFile.Open(folder["x.safetensors"]);

        Assert.Equal(names, file.Entries.Select(entry => entry.Name));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.CreateHeader([specs[0], specs[0]], SafetensorsWriter.PyTorchMetadata));
    }
}
