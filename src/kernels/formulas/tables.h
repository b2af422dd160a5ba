// Tables that formulas look numbers up in; bench/make_tables.py prints them.
#pragma once

namespace descent::kernels {

/// 2^(k / 16).
inline constexpr double kRootsOfTwo[] = {
    0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
    0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0,
    0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
    0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};

/// What kRootsOfTwo lacks.
inline constexpr double kRootsOfTwoLow[] = {0x0.0p+0,
                                            0x1.8a62e4adc610bp-54,
                                            -0x1.19041b9d78a76p-55,
                                            0x1.9b07eb6c70573p-54,
                                            0x1.6f46ad23182e4p-55,
                                            0x1.ada0911f09ebcp-55,
                                            0x1.d4397afec42e2p-56,
                                            0x1.6324c054647adp-54,
                                            -0x1.bdd3413b26456p-54,
                                            -0x1.41577ee04992fp-55,
                                            0x1.6e9f156864b27p-54,
                                            0x1.c7c46b071f2bep-56,
                                            0x1.7a1cd345dcc81p-54,
                                            0x1.11065895048ddp-55,
                                            0x1.2ed02d75b3707p-55,
                                            -0x1.e9c23179c2893p-54};

/// c, near 1 / x for the x between 1 + k / 16 and 1 + (k + 1) / 16: 1 and 1/2 at the ends, the middle elsewhere.
inline constexpr double kInverses[] = {
    0x1.0000000000000p+0, 0x1.d41d41d41d41dp-1, 0x1.bacf914c1bad0p-1, 0x1.a41a41a41a41ap-1,
    0x1.8f9c18f9c18fap-1, 0x1.7d05f417d05f4p-1, 0x1.6c16c16c16c17p-1, 0x1.5c9882b931057p-1,
    0x1.4e5e0a72f0539p-1, 0x1.4141414141414p-1, 0x1.3521cfb2b78c1p-1, 0x1.29e4129e4129ep-1,
    0x1.1f7047dc11f70p-1, 0x1.15b1e5f75270dp-1, 0x1.0c9714fbcda3bp-1, 0x1.0000000000000p-1};

/// -log(c), a multiple of 2^-42.
inline constexpr double kLogs[] = {0x0.0p+0,
                                   0x1.6f0d28ae58000p-4,
                                   0x1.29552f8200000p-3,
                                   0x1.9525a9cf46000p-3,
                                   0x1.fb9186d5e4000p-3,
                                   0x1.2e8e2bae12000p-2,
                                   0x1.5d1bdbf581000p-2,
                                   0x1.89a3386c14000p-2,
                                   0x1.b44f77bcc9000p-2,
                                   0x1.dd46a04c1c000p-2,
                                   0x1.02552a5a5d000p-1,
                                   0x1.154c3d2f4d800p-1,
                                   0x1.2795e1289b000p-1,
                                   0x1.393e0d3562800p-1,
                                   0x1.4a4f85db04000p-1,
                                   0x1.62e42fefa3800p-1};

/// What kLogs lacks.
inline constexpr double kLogsLow[] = {0x0.0p+0,
                                      -0x1.4b2241b664613p-44,
                                      -0x1.5bd67f4471dfcp-44,
                                      -0x1.294937d9f158fp-44,
                                      -0x1.d6b2aab993c87p-47,
                                      -0x1.6791e99b72bd8p-45,
                                      -0x1.8d97dc9c7c238p-44,
                                      0x1.2d92d38c40882p-45,
                                      -0x1.38068224aa2cep-47,
                                      0x1.283fb989a9274p-44,
                                      0x1.fe3d38d2bafddp-46,
                                      -0x1.0af338662e34dp-44,
                                      0x1.1b6b783f3db97p-45,
                                      0x1.0cd8e221301b7p-44,
                                      -0x1.4575d840b8591p-45,
                                      0x1.ef35793c76730p-45};

/// Phi(-a), Phi the normal distribution function, for the a from 0 to 5.5 where 2.8 a rounds to k: in column k c, and
/// below it the coefficients of the powers of a - c, the constant first; that of the eighth is the lower half of that
/// of the seventh, as the upper half of a float.
inline constexpr float kNormalTail[9][16] = {
    {0x0p+0F, 0x1.71fdp-2F, 0x1.74918p-1F, 0x1.0fd78p+0F, 0x1.7023p+0F, 0x1.ca144p+0F, 0x1.1211ap+1F, 0x1.3e21ep+1F,
     0x1.6cf9ap+1F, 0x1.9a534p+1F, 0x1.c7b2ep+1F, 0x1.f771ap+1F, 0x1.118b9p+2F, 0x1.28b8dp+2F, 0x1.3f148p+2F,
     0x1.5604fp+2F},
    {0x1p-1F, 0x1.6f8bb4p-2F, 0x1.de048p-3F, 0x1.27354cp-3F, 0x1.3411b4p-4F, 0x1.2d4804p-5F, 0x1.084806p-6F,
     0x1.a806e4p-8F, 0x1.1d49d8p-9F, 0x1.613d86p-11F, 0x1.84a71ep-13F, 0x1.5fa47ep-15F, 0x1.41e91ep-17F,
     0x1.dc1e1cp-20F, 0x1.4b9448p-22F, 0x1.866096p-25F},
    {-0x1.988454p-2F, -0x1.7eb3e2p-2F, -0x1.397e6ap-2F, -0x1.d0edb6p-3F, -0x1.2287ep-3F, -0x1.499b84p-4F,
     -0x1.4a321cp-5F, -0x1.29d24p-6F, -0x1.c0a91ep-8F, -0x1.32de34p-9F, -0x1.720338p-11F, -0x1.6de094p-13F,
     -0x1.6926bp-15F, -0x1.1fc78ep-17F, -0x1.acc822p-20F, -0x1.0d5b2cp-22F},
    {0x1.806c1p-21F, 0x1.148dbep-4F, 0x1.c83ddep-4F, 0x1.edb306p-4F, 0x1.a1cb0ap-4F, 0x1.26e528p-4F, 0x1.61806p-5F,
     0x1.721a96p-6F, 0x1.3fd2f8p-7F, 0x1.ebdbacp-9F, 0x1.495324p-10F, 0x1.67c354p-12F, 0x1.81e726p-14F, 0x1.4d8e7ep-16F,
     0x1.0b37dep-18F, 0x1.67dd02p-21F},
    {0x1.104792p-4F, 0x1.bba48ep-5F, 0x1.895522p-6F, -0x1.3c5c34p-8F, -0x1.9db25ap-6F, -0x1.e3d39ap-6F, -0x1.8a88eep-6F,
     -0x1.00fb6ep-6F, -0x1.0a9754p-7F, -0x1.da6e9ap-9F, -0x1.67fabcp-10F, -0x1.b92d7cp-12F, -0x1.03da4ep-13F,
     -0x1.eb816ap-16F, -0x1.aa37cap-18F, -0x1.354c42p-20F},
    {0x1.5025cap-13F, -0x1.0881c2p-6F, -0x1.77b3aap-6F, -0x1.3427e4p-6F, -0x1.0398e4p-7F, 0x1.3d41b2p-10F,
     0x1.75645cp-8F, 0x1.87f48cp-8F, 0x1.11793cp-8F, 0x1.2a3ccap-9F, 0x1.0980ap-10F, 0x1.75d80ap-12F, 0x1.eb0158p-14F,
     0x1.010c0cp-15F, 0x1.e6b34ap-18F, 0x1.7f3b5p-20F},
    {-0x1.5f84cp-7F, -0x1.c5ce3ap-8F, -0x1.217464p-12F, 0x1.34a818p-8F, 0x1.8dd7b4p-8F, 0x1.058382p-8F, 0x1.32457cp-10F,
     -0x1.45d676p-11F, -0x1.2fbe68p-10F, -0x1.e04672p-11F, -0x1.0e27d6p-11F, -0x1.c7d45ep-13F, -0x1.55c4ap-14F,
     -0x1.92f63p-16F, -0x1.a5572ep-18F, -0x1.6b33bp-20F},
    {0x1.5eed2ap-10F, 0x1.50415p-9F, 0x1.919e5ap-9F, 0x1.bf353p-10F, -0x1.a3b144p-12F, -0x1.5e82cp-10F,
     -0x1.30e8c8p-10F, -0x1.17e2dep-11F, -0x1.1a170cp-17F, 0x1.87abcap-13F, 0x1.66f202p-13F, 0x1.8e4abp-14F,
     0x1.6411d2p-15F, 0x1.e5e442p-17F, 0x1.1d7368p-18F, 0x1.10bf9cp-20F},
    {0x1.3f717ep-10F, 0x1.69738cp-11F, -0x1.2d735cp-12F, -0x1.a970fcp-11F, -0x1.4e725ap-11F, -0x1.127282p-13F,
     0x1.ca7124p-13F, 0x1.156fccp-12F, 0x1.25709ap-13F, 0x1.996fep-16F, -0x1.a56da4p-16F, -0x1.ca6cbap-16F,
     -0x1.106d0ep-16F, -0x1.c66c32p-18F, -0x1.346ae6p-19F, -0x1.4c692cp-21F},
};

}  // namespace descent::kernels
