using System.Text;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Checkpoints;

public class SafetensorsHeaderTests
{
    /// <summary>Name, header JSON, data bytes, claimed header length or null, and what the message must say.</summary>
    public static TheoryData<string, string, int, ulong?, string> Faulty => new()
    {
        { "length zero", "{}", 0, 0UL, "claims a header of 0 bytes" },
        { "length beyond the file", "{}", 8, 11UL, "claims a header of 11 bytes, but the file has 18 bytes" },
        { "length 2^60", "{}", 8, 1UL << 60, "claims a header of 1152921504606846976 bytes" },
        { "length 2^64 - 1", "{}", 8, ulong.MaxValue, "claims a header of 18446744073709551615 bytes" },
        { "length over 100 MB", "{}", 8, 100_000_001UL, "header at most 100000000" },
        { "not an object", "[]", 0, null, "must begin with '{'" },
        { "space first", " {}", 0, null, "must begin with '{'" },
        { "broken JSON", "{\"a\":", 0, null, "not valid JSON" },
        { "text after the object", "{}{}", 0, null, "not valid JSON" },
        { "trailing comma", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},}", 4, null, "not valid JSON" },
        { "half a surrogate pair", "{\"\\ud800\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0, null, "half of a surrogate pair" },
        { "tensor twice", Two("a", "a"), 8, null, "tensor a: stands in the header more than once" },
        { "control characters", "{\"\\u001b[2J\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0, null, "tensor \\u001B[2J: has control characters" },
        { "long name", "{\"" + new string('a', 5000) + "\":3}", 0, null, "aaa... (5000 characters): is not an object" },
        { "tensor no object", "{\"a\":3}", 0, null, "tensor a: is not an object" },
        { "tensor a list", "{\"a\":[{\"b\":1}]}", 0, null, "tensor a: is not an object" },
        { "unknown dtype", One("\"F33\"", "[1]", "[0,4]"), 4, null, "unknown dtype F33; known: F64, F32" },
        { "lower-case dtype", One("\"f32\"", "[1]", "[0,4]"), 4, null, "unknown dtype f32" },
        { "dtype a number", One("7", "[1]", "[0,4]"), 4, null, "dtype is not a text" },
        { "no dtype", "{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, null, "tensor a: has no dtype" },
        { "no shape", "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, null, "tensor a: has no shape" },
        { "no offsets", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, null, "tensor a: has no data_offsets" },
        { "unknown key", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"stride\":[1]}}", 4, null, "unknown key stride" },
        { "key twice", "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, null, "dtype stands there more than once" },
        { "negative size", One("\"F32\"", "[-1]", "[0,4]"), 4, null, "shape holds -1" },
        { "fractional size", One("\"F32\"", "[1.5]", "[0,4]"), 4, null, "shape holds 1.5" },
        { "size a text", One("\"F32\"", "[\"1\"]", "[0,4]"), 4, null, "shape holds a text" },
        { "size beyond 64 bits", One("\"F32\"", "[18446744073709551617]", "[0,4]"), 4, null, "shape holds 18446744073709551617" },
        { "shape a number", One("\"F32\"", "1", "[0,4]"), 4, null, "shape is not a list" },
        { "shape overflows", One("\"F32\"", "[4294967296,4294967296]", "[0,4]"), 4, null, "more elements than 64 bits can count" },
        { "bytes overflow", One("\"F64\"", "[2305843009213693952]", "[0,4]"), 4, null, "more elements than 64 bits can count" },
        { "empty shape overflows", One("\"F32\"", "[0,4294967296,4294967296]", "[0,0]"), 0, null, "more elements than 64 bits can count" },
        { "65 dimensions", One("\"U8\"", "[" + string.Join(',', Enumerable.Repeat(1, 65)) + "]", "[0,1]"), 1, null, "65 dimensions" },
        { "one offset", One("\"F32\"", "[1]", "[0]"), 4, null, "holds 1 numbers" },
        { "three offsets", One("\"F32\"", "[1]", "[0,4,8]"), 4, null, "holds 3 numbers" },
        { "negative offset", One("\"F32\"", "[1]", "[-4,0]"), 4, null, "data_offsets holds -4" },
        { "offsets reversed", One("\"F32\"", "[1]", "[4,0]"), 4, null, "end before they begin" },
        { "offsets beyond the file", One("\"F32\"", "[2]", "[0,8]"), 4, null, "leave the file, which holds 4 bytes of data" },
        { "offsets 2^60", One("\"F32\"", "[288230376151711744]", "[0,1152921504606846976]"), 4, null, "leave the file" },
        { "offset 2^63 - 1", One("\"F32\"", "[1]", "[9223372036854775803,9223372036854775807]"), 4, null, "leave the file" },
        { "too few bytes", One("\"F32\"", "[2]", "[0,4]"), 4, null, "span 4 bytes, but F32 [2] has 8" },
        { "too many bytes", One("\"BF16\"", "[2]", "[0,8]"), 8, null, "span 8 bytes, but BF16 [2] has 4" },
        { "overlap", Two("a", "b", secondBegin: 2), 6, null, "tensor b: shares 2 bytes of data with tensor a" },
        { "hole", Two("a", "b", secondBegin: 6), 10, null, "tensor b: 2 bytes before its data belong to no tensor" },
        { "hole at the begin", One("\"F32\"", "[1]", "[4,8]"), 8, null, "tensor a: 4 bytes before its data" },
        { "surplus at the end", One("\"F32\"", "[1]", "[0,4]"), 9, null, "5 bytes at the end belong to no tensor" },
        { "surplus without tensors", "{}", 3, null, "3 bytes at the end belong to no tensor" },
        { "metadata no object", "{\"__metadata__\":3}", 0, null, "__metadata__: is not an object" },
        { "metadata value no text", "{\"__metadata__\":{\"format\":{\"a\":[1]}}}", 0, null, "format is not a text" },
        { "metadata key twice", "{\"__metadata__\":{\"format\":\"pt\",\"format\":\"pt\"}}", 0, null, "format stands there more than once" },
        { "metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", 0, null, "__metadata__: stands in the header more than once" },
        { "very deep", "{\"a\":" + new string('[', 10_000), 0, null, "not valid JSON" },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Open_FaultyHeader_NamesFileAndFault(string name, string json, int dataBytes, ulong? claimed, string expected)
    {
        using TemporaryFolder folder = new();
        string path = RawSafetensors.Write(folder["model.safetensors"], json, dataBytes, claimed);

        long before = GC.GetAllocatedBytesForCurrentThread();
        InputException exception = Assert.Throws<InputException>(() => SafetensorsFile.Open(path));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.All(exception.Problems, problem => Assert.StartsWith(path, problem.Where, StringComparison.Ordinal));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.True(allocated < 1 << 20, $"{name}: {allocated} bytes were allocated for a file of {new FileInfo(path).Length}.");
    }

    [Fact]
    public void Open_SeveralFaults_ReportsAllAtOnce()
    {
        using TemporaryFolder folder = new();
        string json = """
            {"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]},
             "b":{"dtype":"F32","shape":[-2],"data_offsets":[4,8]},
             "c":{"dtype":"F32","shape":[3],"data_offsets":[8,12]},
             "d":{"dtype":"F32","shape":[1],"data_offsets":[900,904]}}
            """;
        string path = RawSafetensors.Write(folder["x.safetensors"], json, 16);

        InputException exception = Assert.Throws<InputException>(() => SafetensorsFile.Open(path));

        Assert.Equal(["a", "b", "c", "d"], exception.Problems.Select(problem => problem.Where[^1..]));
    }

    [Fact]
    public void Open_MillionFaults_CountsThemBeyondTheLimit()
    {
        using TemporaryFolder folder = new();
        string json = "{" + string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"{i}\":0")) + "}";
        string path = RawSafetensors.Write(folder["x.safetensors"], json, 0);

        InputException exception = Assert.Throws<InputException>(() => SafetensorsFile.Open(path));

        Assert.Equal(1001, exception.Problems.Count);
        Assert.Equal("and 4000 more problems.", exception.Problems[^1].What);
    }

    [Fact]
    public void Open_NotUtf8_SaysSo()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = RawSafetensors.Bytes("{\"aaaa\":1}", 0);
        bytes[11] = 0xff;
        File.WriteAllBytes(folder["x.safetensors"], bytes);

        InputException exception = Assert.Throws<InputException>(() => SafetensorsFile.Open(folder["x.safetensors"]));

        Assert.Contains("not UTF-8", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("1234567", "has 7 bytes")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1876395376\n", "Git LFS pointer")]
    [InlineData("<!DOCTYPE html><html><body>Not found</body></html>", "not a safetensors file")]
    public void Open_OtherContent_SaysWhatItIs(string content, string expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["x.safetensors"], Encoding.UTF8.GetBytes(content));

        InputException exception = Assert.Throws<InputException>(() => SafetensorsFile.Open(folder["x.safetensors"]));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MissingFileOrFolder_SaysSo()
    {
        using TemporaryFolder folder = new();

        Assert.Contains("does not exist", Assert.Throws<InputException>(() => SafetensorsFile.Open(folder["no", "x.safetensors"])).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => SafetensorsFile.Open(folder.Path));
    }

    [Fact]
    public void Open_EveryKnownDType_ListsIt()
    {
        using TemporaryFolder folder = new();
        long begin = 0;
        List<string> members = [];
        foreach (TensorDType dtype in Enum.GetValues<TensorDType>())
        {
            long end = begin + (3 * TensorDTypes.SizeOf(dtype));
            members.Add($"\"{dtype}\":{{\"dtype\":\"{TensorDTypes.NameOf(dtype)}\",\"shape\":[3],\"data_offsets\":[{begin},{end}]}}");
            begin = end;
        }

        string path = RawSafetensors.Write(folder["x.safetensors"], "{" + string.Join(',', members) + "}   ", (int)begin);

        using SafetensorsFile file = SafetensorsFile.Open(path);

        Assert.Equal(17, file.Entries.Count);
        Assert.Equal(Enum.GetValues<TensorDType>(), file.Entries.Select(entry => entry.DType));
        TensorEntry eightBit = file.TryGet("F8E4M3")!;
        Assert.Contains("F8_E4M3", Assert.Throws<InputException>(() => file.ReadTensor(eightBit)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TensorsOutOfOrderAndEmpty_SortsByData()
    {
        using TemporaryFolder folder = new();
        string json = """{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"e":{"dtype":"F32","shape":[0,7],"data_offsets":[4,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""";
        string path = RawSafetensors.Write(folder["x.safetensors"], json, 8);

        using SafetensorsFile file = SafetensorsFile.Open(path);

        Assert.Equal(["a", "e", "b"], file.Entries.Select(entry => entry.Name));
        Assert.Equal(1, file.Entries[0].ElementCount);
        Assert.Equal(0, file.Entries[1].ElementCount);
    }

    [Fact]
    public void Open_MutatedHeader_NeverThrowsAnythingElse()
    {
        string json = """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]}}""";
        byte[] sound = RawSafetensors.Bytes(json, 32);
        byte[] alphabet = Encoding.ASCII.GetBytes("{}[]\",:-.0123456789eE\\u \0\u007f");
        using TemporaryFolder folder = new();
        Random random = new(7);
        int refused = 0;
        for (int round = 0; round < 4000; round++)
        {
            byte[] bytes = [.. sound];
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                int at = random.Next(random.Next(4) == 0 ? 0 : 8, sound.Length - 32);
                bytes[at] = random.Next(2) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            }

            int length = random.Next(8) == 0 ? random.Next(bytes.Length) : bytes.Length;
            string path = folder["x.safetensors"];
            File.WriteAllBytes(path, bytes[..length]);
            try
            {
                using SafetensorsFile file = SafetensorsFile.Open(path);
                byte[] data = new byte[32];
                foreach (TensorEntry entry in file.Entries)
                {
                    file.ReadBytes(entry, 0, data.AsSpan(0, (int)entry.ByteLength));
                }
            }
            catch (InputException exception)
            {
                Assert.NotEmpty(exception.Problems);
                refused++;
            }
        }

        Assert.InRange(refused, 2000, 4000);
    }

    private static string One(string dtype, string shape, string offsets) =>
        $"{{\"a\":{{\"dtype\":{dtype},\"shape\":{shape},\"data_offsets\":{offsets}}}}}";

    private static string Two(string first, string second, int secondBegin = 4) =>
        $"{{\"{first}\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}},"
        + $"\"{second}\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{secondBegin},{secondBegin + 4}]}}}}";
}
